//! `cargo xtask test`: runs every check and test of the project.
//!
//! It needs the Rust toolchain, a C compiler and Python. It provides everything else: a temporary PostgreSQL cluster,
//! Node.js, Chromium, and the tools of [`steps`] in directories under `target/`.

mod clients;
mod node;
mod report;
mod run;
mod schemathesis;
mod seeded_server;
mod steps;

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::Result;

use self::report::Report;
use self::run::Run;
use self::steps::STEPS;
use crate::interrupt;

/// The exit code of a command that Ctrl-C ended: 128 and the number of the signal.
const INTERRUPTED: u8 = 130;

/// Arguments of `cargo xtask test`.
#[derive(Debug, Clone, clap::Args)]
pub struct TestArgs {
    /// Skip the steps that need PostgreSQL, Python or a running server
    #[arg(long)]
    pub fast: bool,
}

/// Runs the steps one after the other until one fails, and prints a summary.
///
/// # Errors
/// The run could not begin. A step that fails is not an error but exit code 1: its error has been printed.
pub fn run(args: &TestArgs) -> Result<ExitCode> {
    interrupt::watch()?;
    let mut run = Run::begin(args.fast)?;
    let mut report = Report::new(io::stdout(), STEPS.iter().map(|step| step.name));
    let mut failure = None;
    for step in STEPS {
        if args.fast && !step.is_fast {
            report.skip("--fast");
        } else if let Err(error) = report.run(|| (step.run)(&mut run)) {
            failure = Some(error);
            break;
        }
    }
    report.summary()?;
    let Some(error) = failure else { return Ok(ExitCode::SUCCESS) };
    if interrupt::requested() {
        writeln!(io::stderr(), "cargo xtask test: interrupted")?;
        return Ok(ExitCode::from(INTERRUPTED));
    }
    writeln!(io::stderr(), "cargo xtask test: {error:#}")?;
    Ok(ExitCode::FAILURE)
}
