//! A server with a company, for a program that sends requests to it.

use std::io::{self, Write as _};
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};
use tempfile::TempDir;

use crate::process;
use crate::server::{Server, create_company};

/// A server with a company. Dropping it stops it.
pub(super) struct SeededServer {
    server: Server,
    /// An API key of the company with admin access.
    pub(super) key: String,
    /// A temporary directory for the run.
    directory: TempDir,
}

impl SeededServer {
    /// Starts the server on an empty database, or on a new SQLite file.
    pub(super) fn start(program: &Path, database_url: Option<&str>) -> Result<Self> {
        let directory = tempfile::tempdir()?;
        let file = format!("sqlite://{}/data/contacts.db", directory.path().display());
        let database_url = database_url.unwrap_or(&file);
        let key =
            create_company(program, database_url).context("cannot prepare the database of the server")?;
        let server = Server::start(program, database_url, &directory.path().join("server.log"))?;
        Ok(Self { server, key, directory })
    }

    pub(super) fn url(&self) -> &str {
        &self.server.url
    }

    pub(super) fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// Runs a program that sends requests to the server, and stops the server.
    pub(super) fn serve(self, command: &mut Command) -> Result<()> {
        let result = process::run(command);
        if result.is_err() {
            writeln!(io::stderr(), "\nThe end of the server's log:\n{}", self.server.log_tail())?;
        }
        result?;
        self.server.finish()
    }
}
