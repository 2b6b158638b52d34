//! Measuring the lines of one database, round by round.

use std::io::{self, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result};

use super::build::Programs;
use super::figure::{Database, Figure, Figures, Request, Site};
use super::limits::pgbench::Pgbench;
use super::lines::{CONNECTIONS, figures_of};
use super::load::Wrk;
use super::site::{Place, SeededServer};
use crate::test::interrupt::Interrupt;
use crate::test::postgres::Cluster;

/// How a database is measured.
pub(super) struct Plan<'a> {
    pub(super) wrk: &'a Wrk,
    pub(super) programs: &'a Programs,
    /// The command line.
    pub(super) command_line: &'a Path,
    pub(super) directory: &'a Path,
    pub(super) contacts: u64,
    /// Contacts of the smaller database; `None` leaves growth out.
    pub(super) small: Option<u64>,
    /// Leaves out what is shown for the record alone, but for updates.
    pub(super) brief: bool,
    pub(super) seconds: u64,
    pub(super) repeats: usize,
    pub(super) interrupt: &'a Interrupt,
}

/// A cluster and its load generator, where PostgreSQL is measured.
pub(super) type Postgres<'a> = Option<(&'a Cluster, &'a Pgbench)>;

pub(super) fn place<'a>(database: Database, postgres: Postgres<'a>) -> Result<Place<'a>> {
    match database {
        Database::Sqlite => Ok(Place::Sqlite),
        Database::Postgres => {
            let (cluster, pgbench) = postgres.context("no PostgreSQL was started")?;
            Ok(Place::Postgres(cluster, pgbench))
        }
    }
}

/// Measures every figure that the database's lines need. A round takes each figure once, so that what disturbs
/// the machine for a while disturbs all of them alike.
pub(super) fn measure(plan: &Plan<'_>, database: Database, postgres: Postgres<'_>) -> Result<Figures> {
    let place = place(database, postgres)?;
    let name = |site: &str| format!("{site}_{}", database.to_string().to_lowercase());
    let prepare = |site, contacts| {
        say(&format!("{database}: seeding {contacts} contacts"))?;
        SeededServer::prepare(plan.programs, &place, &name(site), contacts, plan.directory)
    };
    let full = prepare("full", plan.contacts)?;
    let small = plan.small.map(|contacts| prepare("small", contacts)).transpose()?;

    let mut figures = Figures::default();
    let mut run = 0;
    for round in 1..=plan.repeats {
        say(&format!("{database}: round {round} of {}", plan.repeats))?;
        if let Some((_, pgbench)) = postgres.filter(|_| database == Database::Postgres) {
            full.settle(pgbench)?;
        }
        for figure in figures_of(database).into_iter().filter(|figure| !(plan.brief && is_extra(figure))) {
            plan.interrupt.check()?;
            run += 1;
            let sample = match figure {
                Figure::Load(Site::Small, ..) => {
                    small.as_ref().map(|small| small.drive(plan.wrk, figure, plan.seconds, run)).transpose()
                }
                Figure::Load(..) => full.drive(plan.wrk, figure, plan.seconds, run).map(Some),
                Figure::Constant => full.drive_constant(plan.wrk, CONNECTIONS, plan.seconds).map(Some),
                Figure::RawLoop => full.raw_loop(plan.seconds).map(Some),
                Figure::RawInsert => full.raw_insert(plan.seconds).map(Some),
                Figure::Pgbench => {
                    let (_, pgbench) = postgres.context("no PostgreSQL was started")?;
                    full.pgbench(pgbench, plan.seconds).map(Some)
                }
                Figure::Import(length) => {
                    let rows = length.rows(plan.contacts);
                    full.import(plan.command_line, rows, run, plan.interrupt).map(|imported| {
                        if let Some(memory) = imported.memory {
                            figures.add(Figure::ImportMemory(length), memory);
                        }
                        Some(imported.rate)
                    })
                }
                // It comes with the import.
                Figure::ImportMemory(_) => Ok(None),
                Figure::Memory => Ok(full.memory()),
                Figure::Start => full.start().map(Some),
            };
            let sample = sample.with_context(|| format!("{figure:?} on {database} could not be measured"))?;
            if let Some(sample) = sample {
                figures.add(figure, sample);
            }
        }
    }
    full.check_log()?;
    small.map_or(Ok(()), |small| small.check_log())?;
    Ok(figures)
}

fn is_extra(figure: &Figure) -> bool {
    matches!(figure, Figure::Load(_, Request::Get | Request::Post, connections) if *connections != CONNECTIONS)
}

/// Progress goes to standard error: standard output holds the table alone.
pub(super) fn say(text: &str) -> io::Result<()> {
    writeln!(io::stderr(), "    {text}")
}
