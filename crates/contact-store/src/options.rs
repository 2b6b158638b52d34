//! The options of a store.

use std::time::Duration;

/// Options for opening a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoreOptions {
    /// The maximum number of connections to PostgreSQL. SQLite ignores it: it opens as many reading connections as are
    /// used at the same time, and a few of its own.
    pub connections: u32,
    /// How long to wait for the database: on PostgreSQL for a connection, on SQLite for another process that writes
    /// to the file.
    pub database_timeout: Duration,
    /// How long reading a page of contacts may take.
    pub list_timeout: Duration,
    /// The time limit of a write: for each statement on PostgreSQL, and for all statements of a transaction
    /// together on SQLite. The commit is not included.
    pub write_timeout: Duration,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self {
            connections: 16,
            database_timeout: Duration::from_secs(5),
            list_timeout: Duration::from_secs(10),
            write_timeout: Duration::from_secs(600),
        }
    }
}
