//! What is measured, and what came of it.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::statistics::Spread;

/// One of the two databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Database {
    /// A SQLite file.
    Sqlite,
    /// A PostgreSQL server on the same machine.
    Postgres,
}

impl Database {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Sqlite, Self::Postgres];
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}

/// A documented request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Request {
    /// An update that changes the notes of a random contact.
    Patch,
    /// A read of a random contact.
    Get,
    /// An upsert: every other one of a random contact that exists, the others of a new one.
    Post,
    /// A page of 50 contacts, the newest first.
    List,
    /// A thousand upserts in one request, counted one by one.
    Batch,
}

impl Request {
    /// How many contacts a request is about, where they are what is counted.
    pub fn contacts(self) -> u32 {
        match self {
            Self::Patch | Self::Get | Self::Post | Self::List => 1,
            Self::Batch => 1_000,
        }
    }
}

/// Which server is driven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Site {
    /// The working tree's, on the full number of contacts.
    Full,
    /// The working tree's, on a tenth of them or fewer: what growth is measured against.
    Small,
    /// The other revision's, on the full number of contacts.
    Against,
}

/// How long the file of an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Length {
    /// 100,000 rows, or a million where there are as many contacts.
    Whole,
    /// A tenth of that: what the growth of the program's memory is measured against.
    Tenth,
}

impl Length {
    /// In rows, where there are so many contacts.
    pub fn rows(self, contacts: u64) -> u64 {
        let whole = match contacts {
            ..100_000 => 50_000,
            100_000..1_000_000 => 100_000,
            1_000_000.. => 1_000_000,
        };
        match self {
            Self::Whole => whole,
            Self::Tenth => whole / 10,
        }
    }
}

/// Something that is measured several times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Figure {
    /// Requests a second.
    Load(Site, Request, u32),
    /// A server that answers every request with the same bytes.
    Constant,
    /// A loop in one thread that commits updates in sets, with nothing around it.
    RawLoop,
    /// Contacts that one statement after another inserts, a thousand each, with nothing around it.
    RawInsert,
    /// PostgreSQL's own load generator with the update as a single statement.
    Pgbench,
    /// Megabytes of the server's memory at the end of a round of load, at their highest.
    Memory,
    /// Contacts a second that `contacts import` takes from a file.
    Import(Length),
    /// Megabytes of that program's memory, at their highest. They are measured with the import.
    ImportMemory(Length),
    /// Milliseconds from the server's start to its first answer on the filled database.
    Start,
}

impl Figure {
    /// The figure that is measured where this one is needed: itself, but for one that comes along with another.
    pub(super) fn measured_as(self) -> Self {
        match self {
            Self::ImportMemory(length) => Self::Import(length),
            other => other,
        }
    }
}

/// One measurement.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// The figure itself: a rate a second, megabytes or milliseconds.
    pub value: f64,
    /// The median of the single times, in milliseconds.
    pub p50: Option<f64>,
    /// Their 99th percentile, in milliseconds.
    pub p99: Option<f64>,
}

impl Sample {
    /// A measurement without single times.
    pub fn plain(value: f64) -> Self {
        Self { value, p50: None, p99: None }
    }
}

/// Which number of a [`Sample`] is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Facet {
    /// [`Sample::value`]
    Value,
    /// [`Sample::p50`]
    P50,
    /// [`Sample::p99`]
    P99,
}

impl Facet {
    fn of(self, sample: &Sample) -> Option<f64> {
        match self {
            Self::Value => Some(sample.value),
            Self::P50 => sample.p50,
            Self::P99 => sample.p99,
        }
    }
}

/// The measurements of one database, in the order of the rounds they were taken in.
#[derive(Debug, Clone, Default)]
pub struct Figures(BTreeMap<Figure, Vec<Sample>>);

impl Figures {
    /// Adds the measurement of a round.
    pub fn add(&mut self, figure: Figure, sample: Sample) {
        self.0.entry(figure).or_default().push(sample);
    }

    /// The median and the spread of a number.
    pub fn spread(&self, figure: Figure, facet: Facet) -> Option<Spread> {
        Spread::of(&self.numbers(figure, facet))
    }

    /// The ratio of two numbers, round by round: what disturbs a round disturbs both alike.
    pub fn ratio(&self, above: (Figure, Facet), below: (Figure, Facet)) -> Option<Spread> {
        let (above, below) = (self.numbers(above.0, above.1), self.numbers(below.0, below.1));
        let ratios: Vec<f64> = above.iter().zip(&below).map(|(above, below)| above / below).collect();
        Spread::of(&ratios)
    }

    fn numbers(&self, figure: Figure, facet: Facet) -> Vec<f64> {
        self.0.get(&figure).into_iter().flatten().filter_map(|sample| facet.of(sample)).collect()
    }
}
