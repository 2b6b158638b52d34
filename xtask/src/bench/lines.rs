//! The lines of the table: what is shown, what it is measured against, and the ratio to reach.
//!
//! A new operation gets a [`Request`], its way of being sent in `load/load.lua`, and its lines here.

use super::figure::Database::{self, Postgres, Sqlite};
use super::figure::Facet::{P50, P99, Value};
use super::figure::Figure::{
    Constant, Import, ImportMemory, Load, Memory, Pgbench, RawInsert, RawLoop, Start,
};
use super::figure::Length::{Tenth, Whole};
use super::figure::Request::{Batch, Get, List, Patch, Post};
use super::figure::Site::{Full, Small};
use super::figure::{Facet, Figure, Request};

/// Connections under which the lines are measured unless they say otherwise.
pub const CONNECTIONS: u32 = 64;

/// Connections that send batches: each is as large as many requests.
pub const BATCH_CONNECTIONS: u32 = 4;

/// A line of the table.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    /// What the line is about.
    pub name: &'static str,
    /// The database it is about.
    pub database: Database,
    /// What is shown.
    pub shown: (Figure, Facet),
    /// What is asked of it.
    pub goal: Goal,
}

/// What is asked of a figure.
#[derive(Debug, Clone, Copy)]
pub enum Goal {
    /// Nothing: it is shown for the record.
    Reported,
    /// At least this share of another figure.
    AtLeast(f64, (Figure, Facet)),
    /// At most this many times another figure.
    AtMost(f64, (Figure, Facet)),
    /// At most this much.
    Within(f64),
}

const fn line(name: &'static str, database: Database, shown: (Figure, Facet), goal: Goal) -> Line {
    Line { name, database, shown, goal }
}

const fn rate(request: Request) -> (Figure, Facet) {
    (Load(Full, request, CONNECTIONS), Value)
}

const fn small(request: Request) -> (Figure, Facet) {
    (Load(Small, request, CONNECTIONS), Value)
}

const BATCH: (Figure, Facet) = (Load(Full, Batch, BATCH_CONNECTIONS), Value);
const IMPORT: (Figure, Facet) = (Import(Whole), Value);
const IMPORT_MEMORY: (Figure, Facet) = (ImportMemory(Whole), Value);
/// Of a file of a tenth of the rows: memory that does not grow with the file is the same.
const TENTH_MEMORY: (Figure, Facet) = (ImportMemory(Tenth), Value);
const PATCH_P50: (Figure, Facet) = (Load(Full, Patch, CONNECTIONS), P50);
const PATCH_P99: (Figure, Facet) = (Load(Full, Patch, CONNECTIONS), P99);

/// Every line, in the order of the table.
pub const LINES: &[Line] = &[
    line("PATCH", Sqlite, rate(Patch), Goal::AtLeast(0.75, (RawLoop, Value))),
    line("GET by id", Sqlite, rate(Get), Goal::AtLeast(0.50, (Constant, Value))),
    line("POST upsert", Sqlite, rate(Post), Goal::AtLeast(0.60, rate(Patch))),
    line("list of 50", Sqlite, rate(List), Goal::AtLeast(0.085, (Constant, Value))),
    line("batch of 1,000, contacts", Sqlite, BATCH, Goal::AtLeast(0.60, (RawLoop, Value))),
    line("import of a CSV, contacts", Sqlite, IMPORT, Goal::AtLeast(0.5, BATCH)),
    line("import's memory, MB", Sqlite, IMPORT_MEMORY, Goal::AtMost(1.2, TENTH_MEMORY)),
    line("PATCH, 99th percentile", Sqlite, PATCH_P99, Goal::AtMost(3.0, (RawLoop, P99))),
    line("PATCH, 1 connection", Sqlite, (Load(Full, Patch, 1), Value), Goal::Reported),
    line("PATCH, 16 connections", Sqlite, (Load(Full, Patch, 16), Value), Goal::Reported),
    line("GET, 1 connection", Sqlite, (Load(Full, Get, 1), Value), Goal::Reported),
    line("GET, 16 connections", Sqlite, (Load(Full, Get, 16), Value), Goal::Reported),
    line("POST, 1 connection", Sqlite, (Load(Full, Post, 1), Value), Goal::Reported),
    line("POST, 16 connections", Sqlite, (Load(Full, Post, 16), Value), Goal::Reported),
    line("growth of PATCH", Sqlite, rate(Patch), Goal::AtLeast(0.8, small(Patch))),
    line("growth of GET", Sqlite, rate(Get), Goal::AtLeast(0.8, small(Get))),
    line("growth of POST", Sqlite, rate(Post), Goal::AtLeast(0.8, small(Post))),
    line("growth of the list", Sqlite, rate(List), Goal::AtLeast(0.8, small(List))),
    line("memory, MB", Sqlite, (Memory, Value), Goal::Within(96.0)),
    line("start to first answer, ms", Sqlite, (Start, Value), Goal::Within(50.0)),
    line("PATCH", Postgres, rate(Patch), Goal::AtLeast(3.0, (Pgbench, Value))),
    line("GET by id", Postgres, rate(Get), Goal::AtLeast(0.33, (Constant, Value))),
    line("POST upsert", Postgres, rate(Post), Goal::AtLeast(0.60, rate(Patch))),
    line("list of 50", Postgres, rate(List), Goal::AtLeast(0.06, (Constant, Value))),
    line("batch of 1,000, contacts", Postgres, BATCH, Goal::AtLeast(0.50, (RawInsert, Value))),
    line("import of a CSV, contacts", Postgres, IMPORT, Goal::AtLeast(0.5, BATCH)),
    line("import's memory, MB", Postgres, IMPORT_MEMORY, Goal::AtMost(1.2, TENTH_MEMORY)),
    line("PATCH, 99th percentile", Postgres, PATCH_P99, Goal::AtMost(4.0, PATCH_P50)),
    line("PATCH, 1 connection", Postgres, (Load(Full, Patch, 1), Value), Goal::Reported),
    line("PATCH, 16 connections", Postgres, (Load(Full, Patch, 16), Value), Goal::Reported),
    line("GET, 1 connection", Postgres, (Load(Full, Get, 1), Value), Goal::Reported),
    line("GET, 16 connections", Postgres, (Load(Full, Get, 16), Value), Goal::Reported),
    line("POST, 1 connection", Postgres, (Load(Full, Post, 1), Value), Goal::Reported),
    line("POST, 16 connections", Postgres, (Load(Full, Post, 16), Value), Goal::Reported),
    line("growth of PATCH", Postgres, rate(Patch), Goal::AtLeast(0.8, small(Patch))),
    line("growth of GET", Postgres, rate(Get), Goal::AtLeast(0.8, small(Get))),
    line("growth of POST", Postgres, rate(Post), Goal::AtLeast(0.8, small(Post))),
    line("growth of the list", Postgres, rate(List), Goal::AtLeast(0.8, small(List))),
    line("memory, MB", Postgres, (Memory, Value), Goal::Within(64.0)),
    line("start to first answer, ms", Postgres, (Start, Value), Goal::Within(50.0)),
];

impl Line {
    /// The figures that the line needs.
    pub fn figures(&self) -> impl Iterator<Item = Figure> {
        let other = match self.goal {
            Goal::AtLeast(_, (figure, _)) | Goal::AtMost(_, (figure, _)) => Some(figure),
            Goal::Reported | Goal::Within(_) => None,
        };
        [Some(self.shown.0), other].into_iter().flatten().map(Figure::measured_as)
    }
}

/// The figures that a database's lines need, each once, in the order in which a round takes them: reads before
/// the writes that make the database grow, and the memory last, when all the load has passed.
pub fn figures_of(database: Database) -> Vec<Figure> {
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
        Import(_) | ImportMemory(_) => 550,
        Memory => 600,
    };
    let mut figures: Vec<Figure> =
        LINES.iter().filter(|line| line.database == database).flat_map(Line::figures).collect();
    figures.sort_by_key(|figure| (order(figure), *figure));
    figures.dedup();
    figures
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_database_is_measured_against_its_own_limits() {
        let sqlite = figures_of(Sqlite);
        assert!(sqlite.contains(&RawLoop) && !sqlite.contains(&Pgbench));
        let postgres = figures_of(Postgres);
        assert!(postgres.contains(&Pgbench) && !postgres.contains(&RawLoop));
    }

    #[test]
    fn the_memory_of_an_import_is_measured_with_it() {
        for database in Database::ALL {
            let figures = figures_of(database);
            assert!([Whole, Tenth].iter().all(|length| figures.contains(&Import(*length))), "{figures:?}");
            assert!(!figures.contains(&ImportMemory(Whole)) && !figures.contains(&ImportMemory(Tenth)));
        }
        let contacts = [20_000, 100_000, 1_000_000];
        assert_eq!(contacts.map(|contacts| Whole.rows(contacts)), [50_000, 100_000, 1_000_000]);
        assert_eq!(Tenth.rows(1_000_000), 100_000);
    }

    #[test]
    fn a_figure_is_measured_once_a_round_however_many_lines_need_it() {
        for database in Database::ALL {
            let figures = figures_of(database);
            let mut unique = figures.clone();
            unique.sort();
            unique.dedup();
            assert_eq!(figures.len(), unique.len(), "{figures:?}");
            assert_eq!(figures.last(), Some(&Memory));
        }
    }
}
