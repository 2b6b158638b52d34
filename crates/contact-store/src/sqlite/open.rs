//! Opens a SQLite file.

use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use rusqlite::OpenFlags;
use rusqlite::config::DbConfig;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};
use sqlx::{ConnectOptions, Connection};

use super::checkpointer::MAX_LOG_PAGES;
use super::connection::SqliteConnection;
use super::permissions;
use crate::{Result, StoreError, migrate};

/// The number of prepared statements that a connection keeps.
const PREPARED_STATEMENTS: usize = 128;

/// The page cache of the writer in KiB. An update touches the contact's page and those of the indexes in which it
/// moves. With SQLite's default of 2 MiB most of these pages are read from the file again.
const WRITER_CACHE_KIB: i64 = 16 * 1024;

/// Returns the file that an address such as `sqlite://data/contacts.db` names.
///
/// # Errors
/// Returns an error if the address names no file.
pub(crate) fn path_of(url: &str) -> Result<PathBuf> {
    let bad = |why: &str| StoreError::BadAddress(format!("`{url}` {why}: use sqlite://path/to/contacts.db"));
    let options =
        SqliteConnectOptions::from_str(url).map_err(|_| bad("is not the address of a SQLite file"))?;
    let path = options.get_filename().to_path_buf();
    if url.contains(":memory:") || path.as_os_str().is_empty() || url.contains("mode=memory") {
        return Err(bad("names no file; an in-memory database is not durable"));
    }
    Ok(path)
}

/// Returns the path of the file that an address names, if there is no database: no file, or an empty one.
///
/// # Errors
/// Returns an error if the address names no file.
pub(crate) fn missing(url: &str) -> Result<Option<String>> {
    let path = path_of(url)?;
    let is_missing = match std::fs::metadata(&path) {
        Ok(metadata) => metadata.is_file() && metadata.len() == 0,
        // Opening the database reports any other error.
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    };
    Ok(is_missing.then(|| std::path::absolute(&path).unwrap_or(path).display().to_string()))
}

/// Creates the file if it is missing and brings its schema up to date. Runs each migration only once even if
/// several processes start together.
pub(crate) async fn migrate(path: &Path, busy_timeout: Duration) -> Result<()> {
    let cannot = |error: &dyn std::fmt::Display| {
        StoreError::BadAddress(format!("the SQLite file {} cannot be opened: {error}", path.display()))
    };
    if let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty()) {
        permissions::create_directory(directory).map_err(|error| {
            StoreError::BadAddress(format!(
                "the directory {} of the SQLite file cannot be created: {error}; choose a directory that this user can write to",
                std::path::absolute(directory).unwrap_or_else(|_| directory.to_owned()).display()
            ))
        })?;
    }
    permissions::create_file(path).map_err(|error| cannot(&error))?;
    // Checked before SQLite creates files that it removes again when the last connection closes.
    let accessible_to_others = permissions::accessible_to_others(path);
    let mut connection = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .journal_mode(SqliteJournalMode::Wal)
        .busy_timeout(busy_timeout)
        .connect()
        .await
        .map_err(|error| cannot(&error))?;
    // The driver does not lock the schema on SQLite. This transaction locks it for all migrations.
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.map_err(|error| cannot(&error))?;
    migrate::SQLITE.run(&mut *transaction).await.map_err(migrate::failure)?;
    transaction.commit().await.map_err(StoreError::unavailable)?;
    accessible_to_others.iter().for_each(permissions::AccessibleToOthers::warn);
    connection.close().await.map_err(StoreError::unavailable)
}

/// Opens the connection that writes.
pub(super) fn writer(path: &Path, busy_timeout: Duration) -> Result<SqliteConnection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = open(path, flags, busy_timeout)?;
    // FULL: a commit returns when the write-ahead log is on disk, so no acknowledged write is lost.
    connection
        .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;")
        .map_err(StoreError::unavailable)?;
    // ON: deleted and replaced data is overwritten with zeros. FAST would not overwrite the pages that a long value
    // frees.
    connection.pragma_update(None, "secure_delete", true).map_err(StoreError::unavailable)?;
    connection.pragma_update(None, "cache_size", -WRITER_CACHE_KIB).map_err(StoreError::unavailable)?;
    connection.pragma_update(None, "wal_autocheckpoint", MAX_LOG_PAGES).map_err(StoreError::unavailable)?;
    Ok(SqliteConnection::new(connection))
}

/// Opens a connection that reads.
pub(super) fn reader(path: &Path, busy_timeout: Duration) -> Result<SqliteConnection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Ok(SqliteConnection::new(open(path, flags, busy_timeout)?))
}

fn open(path: &Path, flags: OpenFlags, busy_timeout: Duration) -> Result<rusqlite::Connection> {
    let connection = rusqlite::Connection::open_with_flags(path, flags).map_err(StoreError::unavailable)?;
    connection.busy_timeout(busy_timeout).map_err(StoreError::unavailable)?;
    connection.set_prepared_statement_cache_capacity(PREPARED_STATEMENTS);
    // Otherwise SQLite compiles a statement with `LIMIT $n` again for each new value of `$n`, which takes longer than
    // most statements run.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(StoreError::unavailable)?;
    Ok(connection)
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;

    #[test]
    fn url_contains_a_file_path() {
        assert_eq!(path_of("sqlite://data/contacts.db").unwrap(), Path::new("data/contacts.db"));
        assert_eq!(path_of("sqlite:///var/lib/contacts.db").unwrap(), Path::new("/var/lib/contacts.db"));
        for url in ["sqlite::memory:", "sqlite://", "sqlite://x.db?mode=memory"] {
            assert!(matches!(path_of(url), Err(StoreError::BadAddress(_))), "{url}");
        }
    }

    #[tokio::test]
    async fn writing_connection_is_durable_and_enforces_foreign_keys() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("contacts.db");
        migrate(&path, Duration::from_secs(1)).await.unwrap();
        let mut writer = writer(&path, Duration::from_secs(1)).unwrap();
        let mut setting = |pragma| writer.one(pragma, &[], |row| row.integer(0)).unwrap();
        const FULL: i64 = 2;
        assert_eq!(setting("PRAGMA synchronous"), Some(FULL));
        assert_eq!(setting("PRAGMA foreign_keys"), Some(1));
        assert_eq!(
            writer.one("PRAGMA journal_mode", &[], |row| row.text(0)).unwrap().as_deref(),
            Some("wal")
        );
    }

    #[tokio::test]
    async fn prepared_statement_is_not_recompiled_for_another_limit() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("contacts.db");
        migrate(&path, Duration::from_secs(1)).await.unwrap();
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = open(&path, flags, Duration::from_secs(1)).unwrap();
        let mut statement = connection.prepare("SELECT name FROM contacts ORDER BY id LIMIT $1").unwrap();
        for limit in 1..4 {
            assert!(statement.query([limit]).unwrap().next().unwrap().is_none());
        }
        assert_eq!(statement.get_status(StatementStatus::RePrepare), 0);
    }
}
