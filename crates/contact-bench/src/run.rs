//! The measurement of one database.

use std::path::Path;

use anyhow::{Context as _, Result};
use xtask::interrupt;
use xtask::postgres::Cluster;

use crate::figure::{Database, Figure, Figures, Request, Site};
use crate::limits::pgbench::Pgbench;
use crate::lines::{CONNECTIONS, figures_of};
use crate::load::Wrk;
use crate::programs::Revision;
use crate::site::SeededServer;

/// The requests that are compared with another revision.
pub(crate) const COMPARED: [(&str, Request); 3] =
    [("PATCH", Request::Patch), ("GET by id", Request::Get), ("POST upsert", Request::Post)];

/// How a database is measured.
pub(crate) struct Plan<'a> {
    pub(crate) wrk: &'a Wrk,
    pub(crate) here: &'a Revision,
    pub(crate) directory: &'a Path,
    pub(crate) contacts: u64,
    /// The number of contacts in the smaller database, or none to omit growth.
    pub(crate) small: Option<u64>,
    /// Omits most lines without a goal.
    pub(crate) is_quick: bool,
    pub(crate) seconds: u64,
    pub(crate) repeats: usize,
    /// The PostgreSQL cluster and its load generator.
    pub(crate) postgres: Option<(&'a Cluster, &'a Pgbench)>,
}

impl Plan<'_> {
    async fn prepare(
        &self,
        revision: &Revision,
        database: Database,
        site: Site,
        contacts: u64,
    ) -> Result<SeededServer> {
        progress(&format!("{database}: creating {contacts} contacts ({site:?})"));
        let cluster = match database {
            Database::Sqlite => None,
            Database::Postgres => Some(self.postgres.context("PostgreSQL is not running")?.0),
        };
        SeededServer::prepare(revision, cluster, site, contacts, self.directory).await
    }

    /// Measures every figure for the lines of a database. A round measures each of them once, so that a disturbance of
    /// the machine affects them alike.
    pub(crate) async fn measure(&self, database: Database, command_line: &Path) -> Result<Figures> {
        let full = self.prepare(self.here, database, Site::Full, self.contacts).await?;
        let small = match self.small {
            Some(contacts) => Some(self.prepare(self.here, database, Site::Small, contacts).await?),
            None => None,
        };
        let mut figures = Figures::default();
        let mut run = 0;
        for round in 1..=self.repeats {
            progress(&format!("{database}: round {round} of {}", self.repeats));
            if database == Database::Postgres {
                full.settle().await?;
            }
            for figure in figures_of(database) {
                if self.is_quick && is_extra(figure) {
                    continue;
                }
                interrupt::check()?;
                run += 1;
                let sample = match figure {
                    Figure::Load(site, request, connections) => {
                        let server = if site == Site::Small { small.as_ref() } else { Some(&full) };
                        let Some(server) = server else { continue };
                        server.drive(self.wrk, request, connections, self.seconds, run).await
                    }
                    Figure::Constant => full.drive_constant(self.wrk, CONNECTIONS, self.seconds).await,
                    Figure::RawLoop => full.raw_loop(self.seconds),
                    Figure::RawInsert => full.raw_insert(self.seconds).await,
                    Figure::Pgbench => {
                        let (_, pgbench) = self.postgres.context("PostgreSQL is not running")?;
                        full.pgbench(pgbench, self.seconds)
                    }
                    Figure::Import(length) => full.import(command_line, length.rows(self.contacts), run),
                    Figure::Server => Ok(full.memory()),
                    Figure::Start => full.start(),
                };
                figures.add(figure, sample.with_context(|| format!("cannot measure {figure:?}"))?);
            }
        }
        full.finish()?;
        small.map_or(Ok(()), SeededServer::finish)?;
        Ok(figures)
    }

    /// Measures the servers of this and another revision in alternation.
    pub(crate) async fn compare(&self, database: Database, other: &Revision) -> Result<Figures> {
        let here = self.prepare(self.here, database, Site::Full, self.contacts).await?;
        let there = self.prepare(other, database, Site::Against, self.contacts).await?;
        let mut sites = [(Site::Full, here), (Site::Against, there)];
        let mut figures = Figures::default();
        let mut run = 0;
        for round in 1..=self.repeats {
            progress(&format!("{database}: round {round} of {}", self.repeats));
            for (_, request) in COMPARED {
                for (site, server) in &sites {
                    interrupt::check()?;
                    run += 1;
                    let sample = server.drive(self.wrk, request, CONNECTIONS, self.seconds, run).await?;
                    figures.add(Figure::Load(*site, request, CONNECTIONS), sample);
                }
            }
            // Each is the first in every second round.
            sites.reverse();
        }
        Ok(figures)
    }
}

fn is_extra(figure: Figure) -> bool {
    matches!(figure, Figure::Load(_, Request::Get | Request::Post, connections) if connections != CONNECTIONS)
}

/// Prints progress on standard error, because standard output contains only the table.
#[allow(clippy::print_stderr, reason = "progress is for people who watch")]
pub(crate) fn progress(text: &str) {
    eprintln!("    {text}");
}
