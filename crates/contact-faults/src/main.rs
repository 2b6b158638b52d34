//! `cargo xtask fault`: breaks the server, its database and the network between them while clients write, and checks
//! that every acknowledged write is stored, whole and once.
//!
//! Each scenario is a fault that is repeated. Clients write all the time, a reader and a webhook follow the changes, and at
//! the end everything that is stored is compared with what was acknowledged.

mod client;
mod feed;
mod figures;
mod integrity;
mod ledger;
mod proxy;
mod scenario;
mod scenarios;
mod site;
mod webhook;
mod workload;

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context as _, Result};
use clap::Parser;
use xtask::interrupt;
use xtask::postgres::{self, Durability};
use xtask::workspace::Workspace;

use crate::figures::{Skipped, table};
use crate::scenario::{Database, Lab};
use crate::scenarios::SCENARIOS;

/// Break the server and its database, and check that no write is lost
#[derive(Debug, Parser)]
#[command(bin_name = "cargo xtask fault")]
struct Args {
    /// Number of faults of each scenario
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Number of clients that write at the same time
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    writers: u32,
    /// Run only the scenarios whose name contains this text
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
    /// Run only the scenarios on this database
    #[arg(long, value_name = "DATABASE")]
    database: Option<Database>,
    /// Program to test, instead of one that is built in release mode
    #[arg(long, value_name = "FILE")]
    server: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // If standard error is closed, nobody can read the error.
            let _ = writeln!(io::stderr(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> Result<()> {
    interrupt::watch()?;
    let workspace = Workspace::locate()?;
    let program = match args.server {
        Some(program) => program,
        None => workspace.build_release("contact-server", "contact-server")?,
    };
    let results = workspace.target.join("faults");
    std::fs::create_dir_all(&results)?;
    let is_wanted = |name: &str| args.only.as_ref().is_none_or(|text| name.contains(text.as_str()));
    let (mut rows, mut skipped) = (Vec::new(), 0);
    for scenario in SCENARIOS.iter().filter(|scenario| is_wanted(scenario.name)) {
        for database in scenario.databases {
            if args.database.is_some_and(|wanted| wanted != *database) {
                continue;
            }
            let name = format!("{} ({database})", scenario.name);
            let directory = tempfile::Builder::new().prefix("run-").tempdir_in(&results)?;
            let cluster = match database {
                Database::Sqlite => None,
                Database::Postgres => Some(postgres::start(&workspace, Durability::Full)?),
            };
            let lab = Lab {
                program: &program,
                directory: directory.path(),
                cluster,
                rounds: args.rounds,
                writers: args.writers as usize,
            };
            let begin = Instant::now();
            match (scenario.run)(lab).await {
                Ok(figures) => {
                    writeln!(io::stdout(), "{name}: passed in {} s", begin.elapsed().as_secs())?;
                    rows.push((name, figures));
                }
                Err(error) if error.is::<Skipped>() => {
                    writeln!(io::stdout(), "{name}: SKIPPED, because {error:#}")?;
                    skipped += 1;
                }
                Err(error) => {
                    // The files show what happened.
                    let kept = directory.keep();
                    return Err(error)
                        .with_context(|| format!("{name} failed; its files are in {}", kept.display()));
                }
            }
        }
    }
    writeln!(io::stdout(), "\n{}\n\n{} passed, {skipped} skipped", table(&rows), rows.len())?;
    Ok(())
}
