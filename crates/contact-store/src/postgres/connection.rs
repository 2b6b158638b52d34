//! A connection to PostgreSQL.

use std::collections::HashMap;
use std::time::Duration;

use contact_model::Timestamp;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::{Arguments, AssertSqlSafe, Connection as _, PgConnection, Postgres, Row as _, Transaction};

use super::statements::Statement;
use crate::connection::{Connection, Dialect, ReadRow, Row, Value, driver_values, json_array};
use crate::contacts::record::ContactRef;
use crate::{Result, StoreError};

/// Begins a transaction that only reads and whose statements all see the database as of one moment.
pub(super) const BEGIN_SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// A connection to PostgreSQL.
pub(super) struct PostgresConnection<'c> {
    pub(super) connection: &'c mut PgConnection,
    pub(super) locking: Locking,
    /// The locations (`ctid`) of the rows of loaded contacts, so that an update does not look them up again. A row has
    /// another location after each update.
    pub(super) locations: HashMap<ContactRef, String>,
}

/// How a write ensures that the rows it read are unchanged when it writes. Work that only reads locks nothing either,
/// and uses `Optimistic`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Locking {
    /// Rows are locked as they are read, in a transaction.
    Pessimistic,
    /// Nothing is locked. There is no transaction, and the only statement that writes succeeds only if every row
    /// still has the version that was read.
    Optimistic,
}

/// Begins a transaction that only reads and whose statements all see the database as of one moment, with a time limit
/// for each of its statements.
pub(super) async fn begin_snapshot_with_limit(
    connection: &mut PgConnection,
    limit: Duration,
) -> Result<Transaction<'_, Postgres>> {
    let begin = format!("{BEGIN_SNAPSHOT}; SET LOCAL statement_timeout = {}", milliseconds(limit));
    connection.begin_with(AssertSqlSafe(begin)).await.map_err(failure)
}

/// Returns a time limit in the form that PostgreSQL expects. The result is at least 1, because 0 means no limit.
pub(super) fn milliseconds(limit: Duration) -> i32 {
    i32::try_from(limit.as_millis()).unwrap_or(i32::MAX).max(1)
}

impl<'c> PostgresConnection<'c> {
    pub(super) fn new(connection: &'c mut PgConnection, locking: Locking) -> Self {
        Self { connection, locking, locations: HashMap::new() }
    }

    /// Runs a statement and ignores its rows, if it returns any.
    pub(super) async fn run(&mut self, statement: Statement<'_>) -> Result<()> {
        statement.execute(&mut *self.connection).await.map(|_| ()).map_err(failure)
    }

    /// Runs a statement and returns its rows.
    pub(super) async fn rows(&mut self, statement: Statement<'_>) -> Result<Vec<PgRow>> {
        statement.fetch_all(&mut *self.connection).await.map_err(failure)
    }
}

impl Connection for PostgresConnection<'_> {
    const DIALECT: Dialect = Dialect::Postgres;

    async fn query_built<T: Send>(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
        read: ReadRow<T>,
    ) -> Result<Vec<T>> {
        let statement = sqlx::query_with(AssertSqlSafe(sql.to_owned()), arguments(values)?);
        let rows = self.rows(statement).await?;
        rows.iter().map(|row| read(row)).collect()
    }

    async fn execute(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<u64> {
        let done = sqlx::query_with(sql, arguments(values)?)
            .execute(&mut *self.connection)
            .await
            .map_err(failure)?;
        Ok(done.rows_affected())
    }

    async fn lock(&mut self, name: &'static str) -> Result<()> {
        self.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", &[Value::text(name)]).await?;
        Ok(())
    }
}

fn arguments(values: &[Value<'_>]) -> Result<PgArguments> {
    let mut arguments = PgArguments::default();
    for value in values {
        match *value {
            Value::Uuid(id) => arguments.add(id),
            Value::Text(text) => arguments.add(text),
            Value::Json(texts) => arguments.add(json_array(texts)?),
            Value::Bytes(bytes) => arguments.add(bytes),
            Value::Boolean(boolean) => arguments.add(boolean),
            Value::Integer(integer) => arguments.add(integer),
            Value::Real(real) => arguments.add(real),
            Value::Time(at) => arguments.add(at.map(Timestamp::as_datetime)),
        }
        .map_err(StoreError::unavailable)?;
    }
    Ok(arguments)
}

/// Converts an error of PostgreSQL. A conflict with another transaction becomes [`StoreError::Conflict`], because a
/// retry may succeed. A statement that took too long becomes [`StoreError::TimedOut`].
pub(super) fn failure(error: sqlx::Error) -> StoreError {
    /// Serialization failure, deadlock, unique violation, foreign key violation and division by zero. A statement
    /// without a transaction divides by zero to report a conflict. Each code means that another transaction was
    /// faster, because every write first looks up the rows that it depends on.
    const CONFLICTS: [&str; 5] = ["40001", "40P01", "23505", "23503", "22012"];
    /// A statement was cancelled, for example at its time limit.
    const CANCELLED: &str = "57014";
    let code = error.as_database_error().and_then(|error| error.code().map(|code| code.into_owned()));
    match code {
        Some(code) if code == CANCELLED => StoreError::TimedOut,
        Some(code) if CONFLICTS.contains(&code.as_str()) => StoreError::conflict(error),
        _ => StoreError::unavailable(error),
    }
}

/// Converts an error of a statement that commits. If the connection breaks during the commit, the commit may still
/// have succeeded.
pub(super) fn commit_failure(error: sqlx::Error) -> StoreError {
    match failure(error) {
        StoreError::Unavailable(cause) => StoreError::Uncertain(cause),
        conflict => conflict,
    }
}

impl Row for PgRow {
    driver_values!(try_get, StoreError::unavailable);

    fn optional_time(&self, column: usize) -> Result<Option<Timestamp>> {
        let at: Option<chrono::DateTime<chrono::Utc>> =
            self.try_get(column).map_err(StoreError::unavailable)?;
        Ok(at.map(Timestamp::new))
    }
}
