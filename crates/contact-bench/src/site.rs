//! A server with its seeded database.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use sqlx::{Connection as _, Executor as _, PgConnection};
use xtask::postgres::Cluster;
use xtask::server::Server;

use crate::figure::{Database, Facet, Request, Sample, Site};
use crate::http::Client;
use crate::import::Import;
use crate::limits::constant::ConstantServer;
use crate::limits::pgbench::Pgbench;
use crate::limits::{raw_insert, raw_loop};
use crate::load::{Load, Wrk, verify};
use crate::memory::peak_memory;
use crate::programs::Revision;
use crate::seed::{Seeded, contact_id};
use crate::written;

/// A server on a seeded database.
pub(crate) struct SeededServer {
    program: PathBuf,
    contacts: u64,
    seeded: Seeded,
    database_url: String,
    directory: PathBuf,
    server: Server,
}

impl SeededServer {
    /// Creates a database, fills it and starts the server. A database on PostgreSQL is created in the cluster.
    pub(crate) async fn prepare(
        revision: &Revision,
        cluster: Option<&Cluster>,
        site: Site,
        contacts: u64,
        directory: &Path,
    ) -> Result<Self> {
        let database = if cluster.is_some() { Database::Postgres } else { Database::Sqlite };
        let name = format!("{site:?}_{database:?}").to_lowercase();
        let directory = directory.join(&name);
        fs::create_dir_all(&directory)?;
        let file = directory.join("contacts.db");
        let database_url = match cluster {
            None => format!("sqlite://{}", file.display()),
            Some(cluster) => {
                execute(&cluster.url("postgres"), &format!("CREATE DATABASE {name}")).await?;
                cluster.url(&name)
            }
        };
        let seeded = revision.seed(&database_url, contacts).await?;
        match cluster {
            // The raw loop uses a copy.
            None => fs::copy(&file, directory.join("raw-loop.db")).map(|_| ())?,
            Some(_) => settle(&database_url).await?,
        }
        let program = revision.server.clone();
        let server = Server::start(&program, &database_url, &directory.join("server.log"))?;
        Ok(Self { program, contacts, seeded, database_url, directory, server })
    }

    /// Makes PostgreSQL do the maintenance that would disturb the next round.
    pub(crate) async fn settle(&self) -> Result<()> {
        settle(&self.database_url).await
    }

    fn load<'a>(&'a self, url: &'a str, request: Request, connections: u32, seconds: u64) -> Load<'a> {
        Load { url, key: &self.seeded.key, contacts: self.contacts, request, connections, seconds, run: 0 }
    }

    /// Sends requests to the server, and checks their effect.
    pub(crate) async fn drive(
        &self,
        wrk: &Wrk,
        request: Request,
        connections: u32,
        seconds: u64,
        run: u64,
    ) -> Result<Sample> {
        let load = Load { run, ..self.load(&self.server.url, request, connections, seconds) };
        let before = self.bytes_written().await?;
        let outcome = wrk.run(&load)?;
        let written = self.bytes_written().await?.zip(before).map(|(after, before)| after - before);
        verify(&load, &outcome)?;
        let mut sample = outcome.sample(if request == Request::Batch { 1_000.0 } else { 1.0 });
        sample.extend(written.map(|bytes| (Facet::Written, bytes as f64 / outcome.requests as f64)));
        Ok(sample)
    }

    /// Returns the bytes that the server, or PostgreSQL for it, has written so far, if they are known.
    async fn bytes_written(&self) -> Result<Option<i64>> {
        if self.database_url.starts_with("sqlite:") {
            return Ok(written::bytes_of(self.server.id()));
        }
        written::bytes_of_log(&self.database_url).await.map(Some)
    }

    /// Sends requests to a server that always sends the bytes of one contact.
    pub(crate) async fn drive_constant(&self, wrk: &Wrk, connections: u32, seconds: u64) -> Result<Sample> {
        let contact = self.first_contact(&self.server.url)?;
        let server = ConstantServer::start(contact.to_string()).await?;
        Ok(wrk.run(&self.load(&server.url, Request::Get, connections, seconds))?.sample(1.0))
    }

    /// Imports a file with the command line client.
    pub(crate) fn import(&self, program: &Path, rows: u64, run: u64) -> Result<Sample> {
        let (directory, url, key) = (&self.directory, &self.server.url, &self.seeded.key);
        Import { program, directory, url, key, contacts: self.contacts, rows, run }.measure()
    }

    /// Commits updates in the copy of the SQLite file.
    pub(crate) fn raw_loop(&self, seconds: u64) -> Result<Sample> {
        raw_loop::run(&self.directory.join("raw-loop.db"), self.contacts, Duration::from_secs(seconds))
    }

    /// Inserts contacts into the table of the server.
    pub(crate) async fn raw_insert(&self, seconds: u64) -> Result<Sample> {
        raw_insert::run(&self.database_url, self.seeded.company_id, Duration::from_secs(seconds)).await
    }

    /// Updates the table of the server by single statements.
    pub(crate) fn pgbench(&self, pgbench: &Pgbench, seconds: u64) -> Result<Sample> {
        pgbench.run(&self.database_url, &self.seeded, self.contacts, seconds)
    }

    /// Starts a second server on the database, and measures the time until its first response.
    pub(crate) fn start(&self) -> Result<Sample> {
        let begin = Instant::now();
        let server = Server::start(&self.program, &self.database_url, &self.directory.join("start.log"))?;
        self.first_contact(&server.url)?;
        Ok(vec![(Facet::Time, begin.elapsed().as_secs_f64() * 1000.0)])
    }

    fn first_contact(&self, url: &str) -> Result<serde_json::Value> {
        Client { url, key: &self.seeded.key }.contact(&contact_id(1).to_string())
    }

    /// Returns the peak of the server's memory.
    pub(crate) fn memory(&self) -> Sample {
        peak_memory(self.server.id()).map(|megabytes| (Facet::Memory, megabytes)).into_iter().collect()
    }

    /// Stops the server. Fails if it has logged an error.
    pub(crate) fn finish(self) -> Result<()> {
        self.server.finish()
    }
}

async fn settle(database_url: &str) -> Result<()> {
    execute(database_url, "VACUUM ANALYZE").await?;
    execute(database_url, "CHECKPOINT").await
}

async fn execute(database_url: &str, statement: &str) -> Result<()> {
    let mut connection = PgConnection::connect(database_url).await?;
    connection.execute(sqlx::AssertSqlSafe(statement)).await.context("PostgreSQL refused a statement")?;
    Ok(connection.close().await?)
}
