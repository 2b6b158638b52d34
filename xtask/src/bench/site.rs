//! A server with its seeded database.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use super::build::Programs;
use super::figure::{Figure, Sample};
use super::import::{Import, Imported};
use super::limits::pgbench::Pgbench;
use super::load::{Drive, Wrk, verify};
use super::seed::Seeded;
use super::server::{Server, log_file};
use crate::test::interrupt::Interrupt;
use crate::test::postgres::Cluster;
use crate::test::process;

/// Where a site's database is to be.
pub(super) enum Place<'a> {
    /// In a directory of its own.
    Sqlite,
    /// In a cluster that all sites share.
    Postgres(&'a Cluster, &'a Pgbench),
}

/// A server on a seeded database.
pub(super) struct SeededServer {
    programs: Programs,
    contacts: u64,
    seeded: Seeded,
    database_url: String,
    directory: PathBuf,
    server: Server,
}

impl SeededServer {
    /// Makes a database, fills it and starts the server on it.
    pub(super) fn prepare(
        programs: &Programs,
        place: &Place<'_>,
        name: &str,
        contacts: u64,
        directory: &Path,
    ) -> Result<Self> {
        let directory = directory.join(name);
        fs::create_dir_all(&directory).with_context(|| format!("cannot make {}", directory.display()))?;
        let database_url = match place {
            Place::Sqlite => format!("sqlite://{}", database_file(&directory).display()),
            Place::Postgres(cluster, pgbench) => {
                pgbench.execute(&cluster.url(), &format!("CREATE DATABASE {name}"))?;
                cluster.url_of(name)
            }
        };
        let mut seed = Command::new(&programs.parts);
        seed.args(["bench-part", "seed", "--database-url", &database_url])
            .args(["--contacts", &contacts.to_string()]);
        let seeded: Seeded = serde_json::from_str(&process::capture(&mut seed)?)?;
        match place {
            Place::Sqlite => {
                // The raw loop works on a copy made before the server changed anything.
                fs::copy(database_file(&directory), raw_loop_file(&directory))
                    .context("the database cannot be copied")?;
            }
            Place::Postgres(_, pgbench) => settle(pgbench, &database_url)?,
        }
        let log = log_file(&directory, "server");
        let server = Server::start(programs, &database_url, &seeded.key, &log)?;
        Ok(Self { programs: programs.clone(), contacts, seeded, database_url, directory, server })
    }

    /// Has PostgreSQL do now what the last round left for it to do, and what would disturb the next one.
    pub(super) fn settle(&self, pgbench: &Pgbench) -> Result<()> {
        settle(pgbench, &self.database_url)
    }

    /// Drives the server with a load, and looks whether it did as it was asked.
    pub(super) fn drive(&self, wrk: &Wrk, figure: Figure, seconds: u64, run: u64) -> Result<Sample> {
        let Figure::Load(_, request, connections) = figure else {
            anyhow::bail!("{figure:?} is no load");
        };
        let (url, key) = (&self.server.url, &self.seeded.key);
        let drive = Drive { url, key, contacts: self.contacts, request, connections, seconds, run };
        let outcome = wrk.drive(&drive)?;
        verify(&drive, &outcome)?;
        let sample = outcome.sample();
        Ok(Sample { value: sample.value * f64::from(request.contacts()), ..sample })
    }

    /// Has the command line import a file of so many rows.
    pub(super) fn import(
        &self,
        program: &Path,
        rows: u64,
        run: u64,
        interrupt: &Interrupt,
    ) -> Result<Imported> {
        let (url, key, directory) = (&self.server.url, &self.seeded.key, &self.directory);
        Import { program, directory, url, key, contacts: self.contacts, rows, run }.measure(interrupt)
    }

    /// Drives a server that has the answer ready.
    pub(super) fn drive_constant(&self, wrk: &Wrk, connections: u32, seconds: u64) -> Result<Sample> {
        let answer = self.directory.join("answer.json");
        fs::write(&answer, self.server.first_contact(&self.seeded.key)?.body)
            .context("cannot write the answer")?;
        let server = Server::start_constant(&self.programs, &answer, &log_file(&self.directory, "constant"))?;
        let request = super::figure::Request::Get;
        let (url, key, contacts) = (&server.url, &self.seeded.key, self.contacts);
        let drive = Drive { url, key, contacts, request, connections, seconds, run: 0 };
        Ok(wrk.drive(&drive)?.sample())
    }

    /// Commits updates in the copy of the SQLite file.
    pub(super) fn raw_loop(&self, seconds: u64) -> Result<Sample> {
        let mut command = Command::new(&self.programs.parts);
        command.args(["bench-part", "raw-loop", "--file"]).arg(raw_loop_file(&self.directory)).args([
            "--contacts",
            &self.contacts.to_string(),
            "--seconds",
            &seconds.to_string(),
        ]);
        serde_json::from_str(&process::capture(&mut command)?).context("the raw loop printed no figure")
    }

    /// Inserts contacts into the same table by statements of a thousand.
    pub(super) fn raw_insert(&self, seconds: u64) -> Result<Sample> {
        let mut command = Command::new(&self.programs.parts);
        command.args(["bench-part", "raw-insert", "--database-url", &self.database_url]).args([
            "--company",
            &self.seeded.company_id.to_string(),
            "--seconds",
            &seconds.to_string(),
        ]);
        serde_json::from_str(&process::capture(&mut command)?).context("the raw inserts printed no figure")
    }

    /// Updates the same table by single statements.
    pub(super) fn pgbench(&self, pgbench: &Pgbench, seconds: u64) -> Result<Sample> {
        pgbench.run(&self.database_url, self.seeded.company_id, self.contacts, seconds)
    }

    /// Starts a second server on the filled database, and says how long its first answer took.
    pub(super) fn start(&self) -> Result<Sample> {
        let log = log_file(&self.directory, "start");
        let server = Server::start(&self.programs, &self.database_url, &self.seeded.key, &log)?;
        Ok(Sample::plain(server.started_in.as_secs_f64() * 1000.0))
    }

    /// The most memory that the server has used.
    pub(super) fn memory(&self) -> Option<Sample> {
        self.server.peak_memory().map(Sample::plain)
    }

    /// Fails where the log tells of trouble that no client need have seen.
    pub(super) fn check_log(&self) -> Result<()> {
        let log = fs::read_to_string(log_file(&self.directory, "server")).context("no log of the server")?;
        ensure!(
            !log.contains("panicked") && !log.contains("ERROR"),
            "the server's log tells of faults:\n{log}"
        );
        Ok(())
    }
}

fn settle(pgbench: &Pgbench, database_url: &str) -> Result<()> {
    pgbench.execute(database_url, "VACUUM ANALYZE")?;
    pgbench.execute(database_url, "CHECKPOINT")
}

fn database_file(directory: &Path) -> PathBuf {
    directory.join("contacts.db")
}

fn raw_loop_file(directory: &Path) -> PathBuf {
    directory.join("raw-loop.db")
}
