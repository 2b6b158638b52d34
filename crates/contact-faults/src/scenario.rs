//! What a scenario is, and what it works with.

use std::fmt;
use std::future::Future;
use std::path::Path;
use std::pin::Pin;

use anyhow::Result;
use xtask::postgres::Cluster;

use crate::figures::Figures;
use crate::site::{Site, execute};

/// A fault that is repeated while clients write.
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    pub(crate) databases: &'static [Database],
    pub(crate) run: fn(Lab<'_>) -> Run<'_>,
}

/// The run of a scenario.
pub(crate) type Run<'a> = Pin<Box<dyn Future<Output = Result<Figures>> + 'a>>;

/// The database that a scenario runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Database {
    Sqlite,
    Postgres,
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}

/// What a scenario works with.
pub(crate) struct Lab<'a> {
    /// The program `contact-server`.
    pub(crate) program: &'a Path,
    pub(crate) directory: &'a Path,
    /// The cluster of a scenario on PostgreSQL.
    pub(crate) cluster: Option<Cluster>,
    pub(crate) rounds: u32,
    pub(crate) writers: usize,
}

impl Lab<'_> {
    /// Creates a company in an empty database.
    pub(crate) async fn site(&self) -> Result<Site> {
        Site::create(self.program, self.empty_database(self.directory, 0).await?, self.directory)
    }

    /// Returns the URL of an empty database: of a SQLite file in the directory, which does not exist yet, or of a new
    /// database of the cluster.
    pub(crate) async fn empty_database(&self, directory: &Path, number: u32) -> Result<String> {
        let Some(cluster) = &self.cluster else {
            return Ok(format!("sqlite://{}", directory.join("data/contacts.db").display()));
        };
        let name = database_name(number);
        execute(&cluster.url("postgres"), &format!("CREATE DATABASE {name}")).await?;
        Ok(cluster.url(&name))
    }
}

/// Returns the name of a database of the cluster.
pub(crate) fn database_name(number: u32) -> String {
    format!("contacts_{number}")
}
