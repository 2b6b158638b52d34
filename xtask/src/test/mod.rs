//! `cargo xtask test`: the one command that says whether the project holds.
//!
//! It needs the Rust toolchain, a C compiler and Python, and brings everything else itself: a PostgreSQL that
//! lives in a temporary directory for the length of the run, and a fuzzer in a virtual environment under
//! `target/`.

pub(crate) mod free_port;
pub(crate) mod interrupt;
pub(crate) mod postgres;
pub(crate) mod process;
mod python;
mod report;
mod schemathesis;
mod server;
pub(crate) mod workspace;

use std::io::{self, Write};
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result};

use self::interrupt::Interrupt;
use self::postgres::{Durability, POSTGRES_URL, Postgres};
use self::report::Report;
use self::schemathesis::Examples;
use self::workspace::Workspace;

/// What a shell calls a command that Ctrl-C ended: 128 and the number of the signal.
const INTERRUPTED: u8 = 130;

const FORMAT: &str = "cargo fmt --all --check";
const CLIPPY: &str = "cargo clippy --workspace --all-targets";
const WITHOUT_FEATURES: &str = "cargo clippy --package contact-client";
const DESCRIPTION: &str = "cargo xtask openapi check";
const CONTRACT: &str = "cargo xtask contract";
const POSTGRES: &str = "start PostgreSQL";
const TESTS: &str = "cargo test --workspace";
const FUZZ_SQLITE: &str = "schemathesis on SQLite";
const FUZZ_POSTGRES: &str = "schemathesis on PostgreSQL";

/// Arguments of `cargo xtask test`.
#[derive(Debug, Clone, clap::Args)]
pub struct TestArgs {
    /// Leave out PostgreSQL and the fuzzing of the live server; what is left needs cargo alone
    #[arg(long)]
    pub fast: bool,
}

/// Runs every check of the project in turn, stops at the first that fails, and sums up.
///
/// # Errors
/// When the run could not begin. A check that fails is not an error here but a failing exit code: its reason
/// has been printed by then.
pub fn run(args: &TestArgs) -> Result<ExitCode> {
    let workspace = Workspace::locate()?;
    let interrupt = Interrupt::watch()?;
    let mut report = Report::new(
        io::stdout(),
        &[
            FORMAT,
            CLIPPY,
            WITHOUT_FEATURES,
            DESCRIPTION,
            CONTRACT,
            POSTGRES,
            TESTS,
            FUZZ_SQLITE,
            FUZZ_POSTGRES,
        ],
    );
    if args.fast {
        for step in [POSTGRES, FUZZ_SQLITE, FUZZ_POSTGRES] {
            report.leave_out(step, "--fast");
        }
        report.note("--fast: no test runs on PostgreSQL and the live server is not fuzzed.")?;
    }

    let outcome = check(args, &workspace, &interrupt, &mut report);
    report.summary()?;
    let Err(error) = outcome else {
        return Ok(ExitCode::SUCCESS);
    };
    if interrupt.requested() {
        writeln!(io::stderr(), "cargo xtask test: interrupted")?;
        return Ok(ExitCode::from(INTERRUPTED));
    }
    writeln!(io::stderr(), "cargo xtask test: {error:#}")?;
    Ok(ExitCode::FAILURE)
}

fn check<W: Write>(
    args: &TestArgs,
    workspace: &Workspace,
    interrupt: &Interrupt,
    report: &mut Report<W>,
) -> Result<()> {
    let run = |mut command: Command| process::run(&mut command, interrupt);

    // The quickest verdicts come first.
    report.step(FORMAT, |_| run(workspace.cargo(["fmt", "--all", "--check"])))?;
    report.step(CLIPPY, |_| {
        let lints = ["clippy", "--workspace", "--all-targets", "--"];
        run(workspace.cargo(lints.into_iter().chain(["-D", "warnings"])))
    })?;
    // In the workspace as a whole its tests bring every feature of it.
    report.step(WITHOUT_FEATURES, |_| {
        run(workspace.cargo(["clippy", "--package", "contact-client", "--", "-D", "warnings"]))
    })?;
    report.step(DESCRIPTION, |_| run(workspace.xtask(["openapi", "check"])))?;
    report.step(CONTRACT, |_| run(workspace.xtask(["contract"])))?;

    if args.fast {
        return report.step(TESTS, |_| {
            let mut tests = workspace.cargo(["test", "--workspace"]);
            tests.env_remove(POSTGRES_URL);
            run(tests)
        });
    }

    // Held until the last step is done: dropping it stops the server and removes its directory.
    let postgres = report.step(POSTGRES, |report| {
        let postgres =
            Postgres::provide(std::env::var(POSTGRES_URL).ok(), Durability::None, workspace, interrupt)?;
        report.note(&postgres.to_string())?;
        Ok(postgres)
    })?;
    report.step(TESTS, |_| {
        let mut tests = workspace.cargo(["test", "--workspace", "--", "--include-ignored"]);
        tests.env(POSTGRES_URL, postgres.url());
        run(tests)
    })?;

    let executable = report.step(FUZZ_SQLITE, |_| {
        let executable = workspace.build_server(interrupt)?;
        let directory = tempfile::tempdir().context("no temporary directory for SQLite")?;
        let database = directory.path().join("data").join("contacts.db");
        let database = format!("sqlite://{}", database.display());
        schemathesis::fuzz(workspace, interrupt, &executable, &database, Examples::Thorough)?;
        Ok(executable)
    })?;
    match postgres.scratch_url() {
        Some(database) => report.step(FUZZ_POSTGRES, |_| {
            schemathesis::fuzz(workspace, interrupt, &executable, &database, Examples::Brief)
        }),
        None => {
            report.leave_out(FUZZ_POSTGRES, "the PostgreSQL is not ours to fill");
            Ok(())
        }
    }
}
