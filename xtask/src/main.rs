//! `cargo xtask`: the workspace's own commands.
//!
//! Exit codes: 0 for success, 1 if a check failed, 2 if the command could not run.

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::os::unix::process::CommandExt as _;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use xtask::openapi::{self, Description};
use xtask::workspace::Workspace;
use xtask::{contract, test};

/// The workspace's own commands
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write openapi.yaml and docs/openapi-sdk.yaml, or check that they are up to date
    Openapi(OpenapiArgs),
    /// Compare the API description with the documented rules
    Contract,
    /// Run every test of the workspace
    Test(test::TestArgs),
    /// Break the server and its database, and check that no write is lost
    #[command(disable_help_flag = true)]
    Fault {
        /// Arguments of the program, such as --help
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
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
}

#[derive(Subcommand)]
enum Openapi {
    /// Write the files from the server's routes
    Generate,
    /// Fail with a diff if a file is out of date
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
            let server = Workspace::locate()?.build("contact-server")?;
            let mut report = String::new();
            let mut is_success = true;
            for description in Description::ALL {
                let (name, path) = (description.file_name(), description.path());
                let generated = description.printed_by(&server)?;
                report += &match args.command {
                    Openapi::Generate if openapi::generate(&path, &generated)? => {
                        format!("{name}: written\n")
                    }
                    Openapi::Generate => format!("{name}: unchanged\n"),
                    Openapi::Check => match openapi::check(&path, &generated)? {
                        None => format!("{name}: up to date\n"),
                        Some(diff) => {
                            is_success = false;
                            format!("{diff}\n{name} is out of date: run `cargo xtask openapi generate`\n")
                        }
                    },
                };
            }
            print(&report, is_success)
        }
        Command::Contract => {
            let server = Workspace::locate()?.build("contact-server")?;
            let description = yaml_serde::from_str(&Description::Full.printed_by(&server)?)?;
            let report = contract::check(&description)?;
            print(&report.to_string(), report.is_clean())
        }
        Command::Test(args) => test::run(&args),
        Command::Fault { arguments } => replace_by("contact-faults", &arguments),
        Command::Bench { arguments } => replace_by("contact-bench", &arguments),
    }
}

/// Replaces this process with the program of another crate, which needs libraries that this crate does not link.
fn replace_by(package: &str, arguments: &[OsString]) -> anyhow::Result<ExitCode> {
    let mut cargo = Workspace::locate()?.cargo(&["run", "--quiet", "--release", "--package", package, "--"]);
    Err(cargo.args(arguments).exec().into())
}

fn print(text: &str, success: bool) -> anyhow::Result<ExitCode> {
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(if success { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
