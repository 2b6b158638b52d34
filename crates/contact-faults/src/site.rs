//! A database with a company, and servers on it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use xtask::server::{self, Server};

use crate::client::Client;
use crate::integrity;

/// The time limit of the servers for a response, in seconds. It is shorter than in production, so that a scenario ends
/// sooner.
const RESPONSE_TIMEOUT: &str = "4";

/// The time within which every request must get a response: the server's limit, and a second for a busy machine.
pub(crate) const TIME_LIMIT: Duration = Duration::from_secs(5);

/// The arguments of every server.
pub(crate) const ARGUMENTS: [&str; 7] = [
    "--answer-timeout",
    RESPONSE_TIMEOUT,
    "--database-timeout",
    "2",
    // The receiver of the webhook is on this machine.
    "--webhook-allow-private",
    "--webhook-lease",
    "2",
];

/// A database with a company, on which servers can be started.
pub(crate) struct Site {
    program: PathBuf,
    database_url: String,
    directory: PathBuf,
    key: String,
    /// The number of servers that were started, which names their logs.
    started: usize,
}

impl Site {
    /// Creates a company in an empty database. The directory is for the logs of the servers.
    pub(crate) fn create(program: &Path, database_url: String, directory: &Path) -> Result<Self> {
        let key = server::create_company(program, &database_url)?;
        Ok(Self {
            program: program.to_owned(),
            database_url,
            directory: directory.to_owned(),
            key,
            started: 0,
        })
    }

    /// Makes servers that are started from now on reach the database by another URL.
    pub(crate) fn through(self, database_url: String) -> Self {
        Self { database_url, ..self }
    }

    /// Checks the files of the database.
    ///
    /// # Errors
    /// They are damaged.
    pub(crate) async fn check_integrity(&self) -> Result<()> {
        integrity::check(&self.database_url).await
    }

    /// Starts a server on a free port.
    pub(crate) fn start(&mut self) -> Result<Server> {
        self.start_at("127.0.0.1:0")
    }

    /// Starts a server at the address of an earlier one.
    pub(crate) fn start_again(&mut self, url: &str) -> Result<Server> {
        self.start_at(url.strip_prefix("http://").context("the URL of a server")?)
    }

    fn start_at(&mut self, listen: &str) -> Result<Server> {
        self.started += 1;
        let log = self.directory.join(format!("server-{}.log", self.started));
        let mut command = Command::new(&self.program);
        command.args(["serve", "--listen", listen, "--database-url", &self.database_url]).args(ARGUMENTS);
        // Waiting for the start blocks the thread.
        tokio::task::block_in_place(|| Server::spawn(command, &log))
    }

    /// Returns a client of a server.
    pub(crate) fn client(&self, server: &Server) -> Result<Client> {
        Client::new(&server.url, &self.key, TIME_LIMIT)
    }
}

/// Executes a statement.
pub(crate) async fn execute(database_url: &str, statement: &str) -> Result<()> {
    let mut connection = PgConnection::connect(database_url).await?;
    connection.execute(AssertSqlSafe(statement.to_owned())).await?;
    Ok(())
}
