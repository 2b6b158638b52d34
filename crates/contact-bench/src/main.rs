//! `cargo xtask bench`: compares the server with what the machine can do.
//!
//! The program `contact-server`, built in release mode, receives requests over the loopback interface, on a database
//! with many contacts and with full durability. The same rounds measure the limits: a server with a constant response,
//! a loop that only commits, PostgreSQL's own load generator. Rates depend on the machine, so the goals are ratios.

mod figure;
mod http;
mod import;
mod limits;
mod lines;
mod load;
mod machine;
mod memory;
mod programs;
mod report;
mod run;
mod seed;
mod site;
mod statistics;
mod written;

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Parser;
use xtask::interrupt;
use xtask::postgres::{self, Durability};
use xtask::workspace::Workspace;

use crate::figure::Database;
use crate::limits::pgbench::Pgbench;
use crate::load::Wrk;
use crate::machine::Machine;
use crate::programs::Revision;
use crate::report::{Method, Report};
use crate::run::{Plan, progress};

/// The number of contacts that growth is measured from.
const SMALL: u64 = 10_000;

/// Measure the server against what the machine can do
///
/// Prints a table, and writes JSON and a plot below target/bench/.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo xtask bench")]
struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    /// Contacts in the database (default: 100,000; 20,000 with --quick)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(100..=9_000_000))]
    contacts: Option<u64>,
    /// Take less than two minutes after the build: fewer contacts and lines, short measurements, no growth
    #[arg(long)]
    quick: bool,
    /// Measure only this database
    #[arg(long, value_name = "DATABASE")]
    only: Option<Database>,
    /// Measurements of each figure
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..))]
    repeats: u8,
    /// Seconds of one measurement (default: 4; 1 with --quick)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: Option<u64>,
    /// Compare with another revision instead of with the limits
    #[arg(long, value_name = "REV")]
    against: Option<String>,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Fill an empty database with contacts of one company, for the benchmark of another revision
    #[command(hide = true)]
    Seed {
        #[arg(long)]
        database_url: String,
        #[arg(long)]
        contacts: u64,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    let result = match &args.command {
        Some(Command::Seed { database_url, contacts }) => print_seeded(database_url, *contacts).await,
        None => run(&args).await,
    };
    let Err(error) = result else { return ExitCode::SUCCESS };
    // If standard error is closed, nobody can read the error.
    let _ = writeln!(io::stderr(), "error: {error:#}");
    ExitCode::from(2)
}

async fn print_seeded(database_url: &str, contacts: u64) -> Result<()> {
    print(&serde_json::to_string(&seed::seed(database_url, contacts).await?)?)
}

async fn run(args: &Args) -> Result<()> {
    interrupt::watch()?;
    let workspace = Workspace::locate()?;
    let results = workspace.target.join("bench");
    fs::create_dir_all(&results).with_context(|| format!("cannot create {}", results.display()))?;
    // Not in the system's temporary directory, which may be in memory.
    let directory = tempfile::Builder::new().prefix("run-").tempdir_in(&results)?;
    let wrk = Wrk::prepare(directory.path())?;
    let here = Revision::here(&workspace)?;

    let databases =
        Database::ALL.into_iter().filter(|database| args.only.is_none_or(|only| only == *database));
    let databases: Vec<Database> = databases.collect();
    // Always a temporary cluster, because the durability of another server is unknown.
    let cluster = match databases.contains(&Database::Postgres) {
        true => Some(postgres::start(&workspace, Durability::Full)?),
        false => None,
    };
    let pgbench = cluster.as_ref().map(|cluster| Pgbench::find(cluster, directory.path())).transpose()?;
    let contacts = args.contacts.unwrap_or(if args.quick { 20_000 } else { 100_000 });
    let plan = Plan {
        wrk: &wrk,
        here: &here,
        directory: directory.path(),
        contacts,
        small: (!args.quick && contacts > SMALL).then_some(SMALL),
        is_quick: args.quick,
        seconds: args.seconds.unwrap_or(if args.quick { 1 } else { 4 }),
        repeats: args.repeats.into(),
        postgres: cluster.as_ref().zip(pgbench.as_ref()),
    };

    let mut figures = BTreeMap::new();
    if let Some(revision) = &args.against {
        let other = Revision::other(&workspace, revision)?;
        for database in databases {
            figures.insert(database, plan.compare(database, &other).await?);
        }
        return print(&report::comparison(revision, &figures));
    }
    let command_line = programs::command_line(&workspace)?;
    for database in databases {
        figures.insert(database, plan.measure(database, &command_line).await?);
    }
    let method = Method { contacts, seconds: plan.seconds, repeats: plan.repeats };
    let report = Report::new(Machine::current(&workspace), method, &figures);
    print(&report::table(&report))?;
    let json = serde_json::to_string_pretty(&report)? + "\n";
    for (name, text) in [("bench.json", json), ("bench.svg", report::plot(&report))] {
        let path = results.join(name);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        progress(&format!("wrote {}", path.display()));
    }
    Ok(())
}

fn print(text: &str) -> Result<()> {
    Ok(writeln!(io::stdout(), "{}", text.trim_end())?)
}
