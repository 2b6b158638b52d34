//! What is measured, and the measurements.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::statistics::Spread;

/// One of the two databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Database {
    /// A SQLite file.
    Sqlite,
    /// A PostgreSQL server on the same machine.
    Postgres,
}

impl Database {
    /// Both databases.
    pub(crate) const ALL: [Self; 2] = [Self::Sqlite, Self::Postgres];
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}

/// A kind of request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Request {
    /// A read of a random contact.
    Get,
    /// A page of 50 contacts, the newest first.
    List,
    /// An update of the notes of a random contact.
    Patch,
    /// An upsert. Every second one is of a random contact that exists, the others are of new contacts.
    Post,
    /// A thousand upserts in one request. Rates count the contacts.
    Batch,
}

/// The server that receives the load.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Site {
    /// The server of the working tree with all contacts.
    Full,
    /// The server of the working tree with fewer contacts, to measure growth.
    Small,
    /// The server of the other revision with all contacts.
    Against,
}

/// The length of the file of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Length {
    /// As many rows as suit the number of contacts.
    Whole,
    /// A tenth of that, to measure how the memory of the program grows.
    Tenth,
}

impl Length {
    /// Returns the number of rows for a database with this number of contacts.
    pub(crate) fn rows(self, contacts: u64) -> u64 {
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

/// Something that each round measures once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Figure {
    /// The start of a server on the filled database, until its first response.
    Start,
    /// A server that sends the same bytes for every request.
    Constant,
    /// Requests over this number of connections.
    Load(Site, Request, u32),
    /// A loop in one thread that only commits updates in SQLite.
    RawLoop,
    /// PostgreSQL's load generator with the update as a single statement.
    Pgbench,
    /// A loop that only inserts contacts into PostgreSQL, a thousand in a statement.
    RawInsert,
    /// An import of a file by `contacts import`.
    Import(Length),
    /// The server under the load of all rounds so far.
    Server,
}

/// A number that belongs to a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Facet {
    /// Requests, or contacts, per second.
    Rate,
    /// The median of the response times in milliseconds.
    P50,
    /// The 99th percentile of the response times in milliseconds.
    P99,
    /// Milliseconds.
    Time,
    /// The peak of the memory in megabytes.
    Memory,
    /// The bytes that a request writes: on SQLite those that the server writes to its files, on PostgreSQL those of the
    /// write-ahead log.
    Written,
}

/// A facet of a figure.
pub(crate) type Key = (Figure, Facet);

/// One measurement of a figure.
pub(crate) type Sample = Vec<(Facet, f64)>;

/// The measurements of one database, in the order of the rounds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Figures(BTreeMap<Key, Vec<f64>>);

impl Figures {
    /// Adds the measurement of a round.
    pub(crate) fn add(&mut self, figure: Figure, sample: Sample) {
        for (facet, number) in sample {
            self.0.entry((figure, facet)).or_default().push(number);
        }
    }

    /// Returns the spread of a number over the rounds.
    pub(crate) fn spread(&self, key: Key) -> Option<Spread> {
        Spread::of(self.0.get(&key)?)
    }

    /// Returns the spread of the ratio of two numbers. It is computed in each round, because a disturbance of a round
    /// affects both numbers.
    pub(crate) fn ratio(&self, above: Key, below: Key) -> Option<Spread> {
        let pairs = self.0.get(&above)?.iter().zip(self.0.get(&below)?);
        Spread::of(&pairs.map(|(above, below)| above / below).collect::<Vec<_>>())
    }
}
