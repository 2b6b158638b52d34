//! The steps of `cargo xtask test`.

use std::io::{self, Write as _};
use std::process::Command;

use anyhow::{Result, bail};

use super::report::Outcome;
use super::run::Run;
use super::{clients, schemathesis};
use crate::openapi::{self, Description};
use crate::postgres::{self, Durability, POSTGRES_URL};
use crate::{contract, process, workspace};

/// A step of the run.
pub(super) struct Step {
    pub(super) name: &'static str,
    /// Whether the step is part of `--fast`.
    pub(super) is_fast: bool,
    pub(super) run: fn(&mut Run) -> Result<Outcome>,
}

/// The steps in their order. All cargo commands select the whole workspace, because a selection of packages can
/// enable other features of their dependencies, which cargo would then compile a second time.
pub(super) const STEPS: &[Step] = &[
    Step {
        name: "cargo fmt --all --check",
        is_fast: true,
        run: |run| run.cargo(&["fmt", "--all", "--check"]),
    },
    Step {
        name: "cargo clippy --workspace --all-targets",
        is_fast: true,
        run: |run| run.cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]),
    },
    Step { name: "cargo test --workspace --no-run", is_fast: true, run: build },
    Step { name: "cargo xtask openapi check", is_fast: true, run: check_description },
    Step { name: "cargo xtask contract", is_fast: true, run: check_contract },
    Step { name: "start PostgreSQL", is_fast: false, run: start_postgres },
    Step { name: "cargo test --workspace", is_fast: true, run: test },
    Step { name: "faults of the server, its database and the network", is_fast: false, run: faults },
    Step { name: "lint the API description", is_fast: false, run: clients::lint },
    Step { name: "generated client for TypeScript", is_fast: false, run: clients::typescript },
    Step { name: "generated client for Python", is_fast: false, run: clients::python },
    Step { name: "API reference in Chromium", is_fast: false, run: clients::reference },
    Step { name: "schemathesis on SQLite", is_fast: false, run: fuzz_sqlite },
    Step { name: "schemathesis on PostgreSQL", is_fast: false, run: fuzz_postgres },
];

fn build(run: &mut Run) -> Result<Outcome> {
    let mut command = run.workspace.cargo(&["test", "--workspace", "--no-run"]);
    run.server = Some(workspace::build(&mut command, "contact-server")?);
    Ok(Outcome::Passed)
}

fn check_description(run: &mut Run) -> Result<Outcome> {
    for description in Description::ALL {
        if let Some(diff) = openapi::check(&description.path(), &run.description(description)?)? {
            let name = description.file_name();
            bail!("{name} is out of date: run `cargo xtask openapi generate`\n{diff}");
        }
    }
    Ok(Outcome::Passed)
}

fn check_contract(run: &mut Run) -> Result<Outcome> {
    let report = contract::check(&yaml_serde::from_str(&run.description(Description::Full)?)?)?;
    if !report.is_clean() {
        bail!("the API description breaks the contract\n{report}");
    }
    Ok(Outcome::Passed)
}

fn start_postgres(run: &mut Run) -> Result<Outcome> {
    if std::env::var_os(POSTGRES_URL).is_some() {
        return Ok(Outcome::Skipped("the tests use the server that CONTACT_TEST_POSTGRES_URL names"));
    }
    let cluster = postgres::start(&run.workspace, Durability::None)?;
    writeln!(io::stdout(), "    {cluster}")?;
    run.cluster = Some(cluster);
    Ok(Outcome::Passed)
}

fn test(run: &mut Run) -> Result<Outcome> {
    let mut tests = run.workspace.cargo(&["test", "--workspace"]);
    if !run.is_fast {
        tests.args(["--", "--include-ignored"]);
    }
    if let Some(cluster) = &run.cluster {
        tests.env(POSTGRES_URL, cluster.url("postgres"));
    }
    process::run(&mut tests)?;
    Ok(Outcome::Passed)
}

/// Runs the short form of `cargo xtask fault`.
fn faults(run: &mut Run) -> Result<Outcome> {
    let mut faults = Command::new(run.workspace.build("contact-faults")?);
    process::run(faults.args(["--rounds", "1", "--writers", "8", "--server"]).arg(run.server()?))?;
    Ok(Outcome::Passed)
}

fn fuzz_sqlite(run: &mut Run) -> Result<Outcome> {
    // As many examples as find most errors in a few minutes.
    schemathesis::run(&run.workspace, run.server()?, None, 60)?;
    Ok(Outcome::Passed)
}

fn fuzz_postgres(run: &mut Run) -> Result<Outcome> {
    let Some(cluster) = &run.cluster else {
        return Ok(Outcome::Skipped("the server that CONTACT_TEST_POSTGRES_URL names is not temporary"));
    };
    // Fewer examples, because the requests are the same.
    schemathesis::run(&run.workspace, run.server()?, Some(&cluster.url("postgres")), 15)?;
    Ok(Outcome::Passed)
}
