//! `cargo xtask bench`: how near the server comes to what the machine can do.
//!
//! The real program, built in release mode, is driven over the loopback interface with the documented requests,
//! on a database of many contacts and with full durability. In the same rounds the limits are measured: a
//! server with a constant answer, a loop that only commits, PostgreSQL's own load generator. Rates depend on
//! the machine, so the table is about ratios.

mod against;
mod build;
pub mod figure;
mod http;
mod import;
mod limits;
pub mod lines;
pub mod load;
pub mod machine;
pub mod part;
pub mod report;
mod run;
mod seed;
mod server;
mod site;
pub mod statistics;

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result};

use self::build::Programs;
use self::figure::Database;
use self::limits::pgbench::Pgbench;
use self::load::Wrk;
use self::machine::Machine;
use self::report::{Method, Report};
use self::run::Plan;
use crate::test::interrupt::Interrupt;
use crate::test::postgres::{Cluster, Durability, Postgres};
use crate::test::workspace::Workspace;

/// What growth is measured against, where the full number is large enough.
const SMALL: u64 = 10_000;

/// Arguments of `cargo xtask bench`.
#[derive(Debug, Clone, clap::Args)]
pub struct BenchArgs {
    /// Contacts in the database (default: 100,000; 20,000 with --quick)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(100..=9_000_000))]
    pub contacts: Option<u64>,
    /// The table in under two minutes once all is built: fewer contacts and lines, runs of a second, no growth
    #[arg(long)]
    pub quick: bool,
    /// One database alone
    #[arg(long, value_name = "DATABASE")]
    pub only: Option<Database>,
    /// Measurements of each figure
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..))]
    pub repeats: u8,
    /// Seconds of one measurement (default: 4; 1 with --quick)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=600))]
    pub seconds: Option<u64>,
    /// Compare with another revision in turns, instead of with the limits
    #[arg(long, value_name = "REV")]
    pub against: Option<String>,
}

/// Measures, prints the table, and writes JSON and a plot under `target/bench/`.
///
/// # Errors
/// Where something could not be built, started or measured. A line that falls short is no error: figures
/// depend on the machine.
pub fn run(args: &BenchArgs) -> Result<ExitCode> {
    let workspace = Workspace::locate()?;
    let interrupt = Interrupt::watch()?;
    let results = workspace.target().join("bench");
    fs::create_dir_all(&results).with_context(|| format!("cannot make {}", results.display()))?;
    // Beside the results rather than in the system's temporary directory, which may be in memory.
    let directory = tempfile::Builder::new().prefix("run-").tempdir_in(&results)?;
    let wrk = Wrk::prepare(directory.path())?;
    let place = results.join("programs/here");
    let programs = Programs::build(&workspace, workspace.root(), &place, &interrupt)?;
    let command_line = build::command_line(&workspace, &place, &interrupt)?;

    let databases: Vec<Database> =
        Database::ALL.into_iter().filter(|database| args.only.is_none_or(|only| only == *database)).collect();
    let cluster = databases
        .contains(&Database::Postgres)
        .then(|| start_postgres(&workspace, directory.path(), &interrupt))
        .transpose()?;
    let postgres = cluster.as_ref().map(|(cluster, pgbench)| (cluster, pgbench));

    let contacts = args.contacts.unwrap_or(if args.quick { 20_000 } else { 100_000 });
    let plan = Plan {
        wrk: &wrk,
        programs: &programs,
        command_line: &command_line,
        directory: directory.path(),
        contacts,
        small: (!args.quick && contacts > SMALL).then_some(SMALL),
        brief: args.quick,
        seconds: args.seconds.unwrap_or(if args.quick { 1 } else { 4 }),
        repeats: args.repeats.into(),
        interrupt: &interrupt,
    };

    if let Some(revision) = &args.against {
        let theirs = against::build(&workspace, revision, &programs, &interrupt)?;
        let mut measured = Vec::new();
        for database in databases {
            measured.push((database, against::measure(&plan, &theirs, database, postgres)?));
        }
        io::stdout().write_all(against::table(revision, &measured).as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    }

    let mut figures = BTreeMap::new();
    for database in databases {
        figures.insert(database, run::measure(&plan, database, postgres)?);
    }
    let method = Method { contacts, seconds: plan.seconds, repeats: plan.repeats };
    let report = Report::new(Machine::look(&workspace), method, &figures);
    io::stdout().write_all(report.table().as_bytes())?;
    save(&results, &report)?;
    Ok(ExitCode::SUCCESS)
}

fn start_postgres(
    workspace: &Workspace,
    directory: &Path,
    interrupt: &Interrupt,
) -> Result<(Cluster, Pgbench)> {
    // Never one that somebody runs: how it commits is not ours to know.
    let cluster = Postgres::throwaway(Durability::Full, workspace, interrupt)?;
    run::say(&cluster.to_string())?;
    let pgbench = Pgbench::find(&cluster, directory)?;
    Ok((cluster, pgbench))
}

fn save(results: &Path, report: &Report) -> Result<()> {
    for (name, text) in [("bench.json", report.json()?), ("bench.svg", report.plot())] {
        let path = results.join(name);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        run::say(&format!("written: {}", path.display()))?;
    }
    Ok(())
}
