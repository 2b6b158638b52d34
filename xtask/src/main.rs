//! `cargo xtask`: the workspace's own commands.
//!
//! Exit codes: 0 for success, 1 if a check failed, 2 if the command could not run.

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use xtask::workspace::Workspace;
use xtask::{contract, openapi, test};

/// The workspace's own commands
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write openapi.yaml, or check that it is up to date
    Openapi(OpenapiArgs),
    /// Compare the API description with the documented rules
    Contract,
    /// Run every test of the workspace
    Test(test::TestArgs),
    /// Measure the server against what the machine can do
    #[command(disable_help_flag = true)]
    Bench {
        /// Arguments of the benchmark, such as --help
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
}

#[derive(Args)]
struct OpenapiArgs {
    #[command(subcommand)]
    command: Openapi,
    /// The file to write or check, instead of openapi.yaml in the repository
    #[arg(long, global = true, value_name = "PATH")]
    file: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Openapi {
    /// Write openapi.yaml from the server's routes
    Generate,
    /// Fail with a diff if openapi.yaml is out of date
    Check,
}

fn main() -> ExitCode {
    run(Cli::parse().command).unwrap_or_else(|error| {
        // If standard error is closed, nobody can read the error.
        let _ = writeln!(io::stderr(), "error: {error:#}");
        ExitCode::from(2)
    })
}

fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Openapi(args) => {
            let path = args.file.unwrap_or_else(openapi::path);
            let description = openapi::generated()?;
            match args.command {
                Openapi::Generate => {
                    let changed = openapi::generate(&path, &description)?;
                    let result = if changed { "written" } else { "unchanged" };
                    print(&format!("openapi.yaml: {result}\n"), true)
                }
                Openapi::Check => match openapi::check(&path, &description)? {
                    None => print("openapi.yaml: up to date\n", true),
                    Some(diff) => {
                        let advice = "openapi.yaml is out of date: run `cargo xtask openapi generate`";
                        print(&format!("{diff}\n{advice}\n"), false)
                    }
                },
            }
        }
        Command::Contract => {
            let description = yaml_serde::from_str(&openapi::generated()?)?;
            let report = contract::check(&description)?;
            print(&report.to_string(), report.is_clean())
        }
        Command::Test(args) => test::run(&args),
        Command::Bench { arguments } => bench(&arguments),
    }
}

/// Replaces this process by the benchmark, a crate of its own because it links the server's libraries.
fn bench(arguments: &[OsString]) -> anyhow::Result<ExitCode> {
    let mut cargo =
        Workspace::locate()?.cargo(&["run", "--quiet", "--release", "--package", "contact-bench", "--"]);
    Err(cargo.args(arguments).exec().into())
}

fn print(text: &str, success: bool) -> anyhow::Result<ExitCode> {
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(if success { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
