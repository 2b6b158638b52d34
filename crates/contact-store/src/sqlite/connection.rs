//! A connection to SQLite. Statements are prepared once, and values are bound by their number.

use std::future::Future;

use contact_model::{CompanyId, Timestamp};
use futures::FutureExt;
use rusqlite::ErrorCode;
use rusqlite::types::{Null, ToSql, ToSqlOutput};

use crate::connection::{Connection, Dialect, ReadRow, Row, Value, driver_values, json_array};
use crate::{Result, StoreError};

/// Steps of SQLite's virtual machine between two checks whether a statement must stop. They take a millisecond or
/// less.
const STEPS: i32 = 10_000;

/// A connection to SQLite.
pub(crate) struct SqliteConnection {
    driver: rusqlite::Connection,
    /// A company whose list of latest changes has many outdated rows.
    outdated: Option<CompanyId>,
}

impl SqliteConnection {
    pub(super) fn new(driver: rusqlite::Connection) -> Self {
        Self { driver, outdated: None }
    }

    /// Records that the list of latest changes of a company has many outdated rows.
    pub(super) fn note_outdated(&mut self, company: CompanyId) {
        self.outdated = Some(company);
    }

    /// Returns the last company that was recorded, and forgets it.
    pub(super) fn take_outdated(&mut self) -> Option<CompanyId> {
        self.outdated.take()
    }

    /// Runs statements that take no values and return no rows.
    pub(super) fn batch(&mut self, sql: &str) -> Result<()> {
        self.driver.execute_batch(sql).map_err(failure)
    }

    /// Reads in a transaction, whose statements all see the database as of one moment.
    pub(super) fn in_snapshot<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.run("BEGIN", &[])?;
        let outcome = read(self);
        // A transaction that stayed open would show old data to all later reads.
        let ended = self.run("COMMIT", &[]).or_else(|_| self.run("ROLLBACK", &[]));
        ended.and(outcome)
    }

    /// Runs `work`, and interrupts its statements as soon as `must_stop` returns true.
    pub(super) fn interruptible<T>(
        &mut self,
        must_stop: impl FnMut() -> bool + Send + 'static,
        work: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        self.driver.progress_handler(STEPS, Some(must_stop)).map_err(failure)?;
        let outcome = work(self);
        self.driver.progress_handler(0, None::<fn() -> bool>).map_err(failure)?;
        outcome
    }

    /// Runs a statement and calls `each` with each row.
    pub(super) fn for_each(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
        mut each: impl FnMut(&dyn Row) -> Result<()>,
    ) -> Result<()> {
        let mut statement = self.driver.prepare_cached(sql).map_err(failure)?;
        bind(&mut statement, values.iter().copied())?;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(failure)? {
            each(row)?;
        }
        Ok(())
    }

    /// Runs a statement that returns at most one row.
    pub(super) fn one<T>(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
        read: ReadRow<T>,
    ) -> Result<Option<T>> {
        let mut found = None;
        self.for_each(sql, values, |row| {
            found = Some(read(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// Runs a statement and returns the number of changed rows.
    pub(super) fn run(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<u64> {
        self.run_with(sql, values.iter().copied())
    }

    /// Runs a statement with values that are not in a slice, and returns the number of changed rows.
    pub(super) fn run_with<'v>(&mut self, sql: &str, values: impl Iterator<Item = Value<'v>>) -> Result<u64> {
        let mut statement = self.driver.prepare_cached(sql).map_err(failure)?;
        bind(&mut statement, values)?;
        statement.raw_execute().map(|rows| rows as u64).map_err(failure)
    }
}

/// Converts an error of SQLite. An interrupted statement becomes [`StoreError::TimedOut`].
fn failure(error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::OperationInterrupted) => StoreError::TimedOut,
        _ => StoreError::unavailable(error),
    }
}

/// Returns the result of work on a SQLite connection. Such work never waits, because the connection runs its
/// statements on the calling thread.
pub(super) fn finish_now<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let waited = || StoreError::unavailable("the work awaited something other than the database");
    work.now_or_never().unwrap_or_else(|| Err(waited()))
}

impl Connection for SqliteConnection {
    const DIALECT: Dialect = Dialect::Sqlite;

    async fn query_built<T: Send>(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
        read: ReadRow<T>,
    ) -> Result<Vec<T>> {
        let mut found = Vec::new();
        self.for_each(sql, values, |row| {
            found.push(read(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    async fn execute(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<u64> {
        self.run(sql, values)
    }

    /// Does nothing, because a transaction that writes locks the whole file.
    async fn lock(&mut self, _name: &'static str) -> Result<()> {
        Ok(())
    }
}

fn bind<'v>(statement: &mut rusqlite::Statement<'_>, values: impl Iterator<Item = Value<'v>>) -> Result<()> {
    for (index, value) in values.enumerate() {
        // SQLite numbers `$1`, `$2`, … in the order of their first appearance.
        debug_assert_eq!(statement.parameter_name(index + 1), Some(format!("${}", index + 1).as_str()));
        statement.raw_bind_parameter(index + 1, value).map_err(failure)?;
    }
    Ok(())
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match self {
            Self::Uuid(Some(id)) => id.as_bytes().to_sql(),
            Self::Text(text) => text.to_sql(),
            Self::Json(texts) => json_array(texts)
                .map(ToSqlOutput::from)
                .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into())),
            Self::Bytes(bytes) => bytes.to_sql(),
            Self::Boolean(boolean) => boolean.to_sql(),
            Self::Integer(integer) => integer.to_sql(),
            Self::Real(real) => real.to_sql(),
            Self::Time(Some(at)) => Ok(at.as_micros().into()),
            Self::Uuid(None) | Self::Time(None) => Ok(Null.into()),
        }
    }
}

impl Row for rusqlite::Row<'_> {
    driver_values!(get, failure);

    fn optional_time(&self, column: usize) -> Result<Option<Timestamp>> {
        let Some(micros) = self.get(column).map_err(failure)? else { return Ok(None) };
        let invalid = || StoreError::unavailable(format!("the database contains the invalid time {micros}"));
        Timestamp::from_micros(micros).map(Some).ok_or_else(invalid)
    }
}
