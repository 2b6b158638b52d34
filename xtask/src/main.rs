//! `cargo xtask`: the workspace's own commands.
//!
//! Exit codes: 0 all is well, 1 the command found a fault, 2 it could not run.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use contact_server::description::document;
use xtask::openapi::Freshness;
use xtask::{bench, contract, openapi, test};

/// The workspace's own commands
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write openapi.yaml, or check that it is fresh
    Openapi(OpenapiArgs),
    /// Prove that the description keeps every promise of the documentation
    Contract,
    /// Run every test of the workspace
    Test(test::TestArgs),
    /// Measure how near the server comes to what the machine can do
    Bench(bench::BenchArgs),
    #[command(subcommand, hide = true)]
    BenchPart(bench::part::Part),
}

#[derive(Args)]
struct OpenapiArgs {
    #[command(subcommand)]
    command: Openapi,
    /// Another file than the one at the top of the repository
    #[arg(long, global = true, value_name = "PATH")]
    file: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Openapi {
    /// Write openapi.yaml from the server's routes
    Generate,
    /// Fail, with a diff, where openapi.yaml differs from the server's routes
    Check,
}

fn main() -> ExitCode {
    run(Cli::parse().command).unwrap_or_else(|error| {
        // Nobody is left to tell if standard error is closed.
        let _ = writeln!(io::stderr(), "error: {error:#}");
        ExitCode::from(2)
    })
}

fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Openapi(args) => {
            let path = args.file.unwrap_or_else(openapi::path);
            let wanted = openapi::render(&document())?;
            match args.command {
                Openapi::Generate => {
                    let is_new = openapi::generate(&path, &wanted)?;
                    let done = if is_new { "written" } else { "fresh already" };
                    say(&format!("openapi.yaml: {done}\n"), true)
                }
                Openapi::Check => {
                    let freshness = openapi::check(&path, &wanted)?;
                    say(&freshness.to_string(), freshness == Freshness::Fresh)
                }
            }
        }
        Command::Contract => {
            let report = contract::check_ours(&openapi::to_value(&document())?)?;
            say(&report.to_string(), report.is_clean())
        }
        Command::Test(args) => test::run(&args),
        Command::Bench(args) => bench::run(&args),
        Command::BenchPart(part) => bench::part::run(&part).map(|()| ExitCode::SUCCESS),
    }
}

fn say(text: &str, is_well: bool) -> anyhow::Result<ExitCode> {
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
