//! The lines of the table: a number, what it is compared with, and the goal.
//!
//! A new operation gets a [`Request`], a function in `load/load.lua`, and lines here.

use crate::figure::Facet::{Memory, P50, P99, Rate, Time, Written};
use crate::figure::Figure::{Constant, Import, Load, Pgbench, RawInsert, RawLoop, Server, Start};
use crate::figure::Request::{Batch, Get, List, Patch, Post};
use crate::figure::Site::{Full, Small};
use crate::figure::{Database, Figure, Key, Length, Request};

/// The number of connections of most lines.
pub(crate) const CONNECTIONS: u32 = 64;

/// The number of connections for batches, each of which is as large as many requests.
pub(crate) const BATCH_CONNECTIONS: u32 = 4;

/// A line of the table.
pub(crate) struct Line {
    pub(crate) name: &'static str,
    pub(crate) shown: Key,
    sqlite: Goal,
    postgres: Goal,
}

/// The goal of a line.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Goal {
    /// There is none.
    Reported,
    /// At least this share of another number.
    AtLeast(f64, Key),
    /// At most this multiple of another number.
    AtMost(f64, Key),
    /// At most this.
    Within(f64),
}

const fn line(name: &'static str, shown: Key, sqlite: Goal, postgres: Goal) -> Line {
    Line { name, shown, sqlite, postgres }
}

/// A line with the same goal on both databases.
const fn both(name: &'static str, shown: Key, goal: Goal) -> Line {
    line(name, shown, goal, goal)
}

const fn rate(request: Request, connections: u32) -> Key {
    (Load(Full, request, connections), Rate)
}

const fn growth(name: &'static str, request: Request) -> Line {
    both(name, rate(request, CONNECTIONS), AtLeast(0.8, (Load(Small, request, CONNECTIONS), Rate)))
}

const fn reported(name: &'static str, request: Request, connections: u32) -> Line {
    both(name, rate(request, connections), Goal::Reported)
}

use Goal::{AtLeast, AtMost, Within};

const PATCH: Key = rate(Patch, CONNECTIONS);
const PATCH_P50: Key = (Load(Full, Patch, CONNECTIONS), P50);
const PATCH_P99: Key = (Load(Full, Patch, CONNECTIONS), P99);
const BATCH: Key = rate(Batch, BATCH_CONNECTIONS);
const CONSTANT: Key = (Constant, Rate);
const RAW_LOOP: Key = (RawLoop, Rate);
const IMPORT: Key = (Import(Length::Whole), Rate);
const IMPORT_MEMORY: Key = (Import(Length::Whole), Memory);
const TENTH_MEMORY: Key = (Import(Length::Tenth), Memory);

/// Every line, in the order of the table.
pub(crate) const LINES: &[Line] = &[
    line("PATCH", PATCH, AtLeast(0.75, RAW_LOOP), AtLeast(3.0, (Pgbench, Rate))),
    line("GET by id", rate(Get, CONNECTIONS), AtLeast(0.50, CONSTANT), AtLeast(0.33, CONSTANT)),
    both("POST upsert", rate(Post, CONNECTIONS), AtLeast(0.60, PATCH)),
    line("list of 50", rate(List, CONNECTIONS), AtLeast(0.085, CONSTANT), AtLeast(0.06, CONSTANT)),
    line("batch of 1,000, contacts", BATCH, AtLeast(0.60, RAW_LOOP), AtLeast(0.50, (RawInsert, Rate))),
    both("import of a CSV, contacts", IMPORT, AtLeast(0.5, BATCH)),
    both("import's memory, MB", IMPORT_MEMORY, AtMost(1.2, TENTH_MEMORY)),
    line("PATCH, 99th percentile", PATCH_P99, AtMost(3.0, (RawLoop, P99)), AtMost(4.0, PATCH_P50)),
    both("PATCH, bytes written", (Load(Full, Patch, CONNECTIONS), Written), Goal::Reported),
    reported("PATCH, 1 connection", Patch, 1),
    reported("PATCH, 16 connections", Patch, 16),
    reported("GET, 1 connection", Get, 1),
    reported("GET, 16 connections", Get, 16),
    reported("POST, 1 connection", Post, 1),
    reported("POST, 16 connections", Post, 16),
    growth("growth of PATCH", Patch),
    growth("growth of GET", Get),
    growth("growth of POST", Post),
    growth("growth of the list", List),
    line("memory, MB", (Server, Memory), Within(96.0), Within(64.0)),
    both("start to first response, ms", (Start, Time), Within(50.0)),
];

impl Line {
    /// Returns the goal on a database.
    pub(crate) fn goal(&self, database: Database) -> Goal {
        match database {
            Database::Sqlite => self.sqlite,
            Database::Postgres => self.postgres,
        }
    }
}

/// Returns the figures for the lines of a database in the order in which a round measures them: reads before the
/// writes that make the database grow, and the server's memory last, after all the load.
pub(crate) fn figures_of(database: Database) -> Vec<Figure> {
    let order = |figure: &Figure| match figure {
        Start => 0,
        Constant => 1,
        Load(_, Get, connections) => 100 - connections,
        Load(_, List, connections) => 200 - connections,
        RawLoop | Pgbench => 201,
        Load(_, Patch, connections) => 300 - connections,
        Load(_, Post, connections) => 400 - connections,
        RawInsert => 401,
        Load(_, Batch, connections) => 500 - connections,
        Import(_) => 501,
        Server => 502,
    };
    let figures = LINES.iter().flat_map(|line| match line.goal(database) {
        AtLeast(_, (other, _)) | AtMost(_, (other, _)) => vec![line.shown.0, other],
        Goal::Reported | Within(_) => vec![line.shown.0],
    });
    let mut figures: Vec<Figure> = figures.collect();
    figures.sort_by_key(|figure| (order(figure), *figure));
    figures.dedup();
    figures
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_database_is_compared_with_its_own_limits() {
        let (sqlite, postgres) = (figures_of(Database::Sqlite), figures_of(Database::Postgres));
        assert!(sqlite.contains(&RawLoop) && !sqlite.contains(&Pgbench));
        assert!(postgres.contains(&Pgbench) && !postgres.contains(&RawLoop));
    }

    #[test]
    fn a_round_measures_each_figure_once_and_the_memory_last() {
        for database in Database::ALL {
            let figures = figures_of(database);
            let unique: std::collections::BTreeSet<_> = figures.iter().collect();
            assert_eq!(figures.len(), unique.len(), "{figures:?}");
            assert_eq!(figures.last(), Some(&Server));
        }
    }
}
