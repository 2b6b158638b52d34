//! What the databases have in common: statements with values, rows with columns.
//!
//! A statement names its values `$1`, `$2`, …, which both databases understand, so that statements
//! they can share stand once.

use std::future::Future;

use contact_model::Timestamp;
use uuid::Uuid;

use crate::StoreError;

/// A value bound to a statement. Each kind knows its type even where it is NULL, which PostgreSQL
/// asks for.
#[derive(Debug, Clone, Copy)]
pub enum Value<'a> {
    Uuid(Option<Uuid>),
    Text(Option<&'a str>),
    Bytes(&'a [u8]),
    Boolean(Option<bool>),
    Integer(i64),
    Real(f64),
    Time(Option<Timestamp>),
}

impl<'a> Value<'a> {
    pub(crate) fn uuid(id: impl Into<Uuid>) -> Self {
        Self::Uuid(Some(id.into()))
    }

    /// The id behind which a list in the order of ids begins. No id is nil, so behind that one are all.
    pub(crate) fn behind(id: Option<impl Into<Uuid>>) -> Self {
        Self::Uuid(Some(id.map_or_else(Uuid::nil, Into::into)))
    }

    pub(crate) fn text(text: &'a str) -> Self {
        Self::Text(Some(text))
    }

    pub(crate) fn boolean(boolean: bool) -> Self {
        Self::Boolean(Some(boolean))
    }

    pub(crate) fn time(at: Timestamp) -> Self {
        Self::Time(Some(at))
    }
}

/// A row of an answer; columns are counted from 0.
pub trait Row {
    fn uuid(&self, column: usize) -> Result<Uuid, StoreError>;
    fn optional_uuid(&self, column: usize) -> Result<Option<Uuid>, StoreError>;
    fn text(&self, column: usize) -> Result<String, StoreError>;
    fn optional_text(&self, column: usize) -> Result<Option<String>, StoreError>;
    fn bytes(&self, column: usize) -> Result<Vec<u8>, StoreError>;
    fn boolean(&self, column: usize) -> Result<bool, StoreError>;
    fn integer(&self, column: usize) -> Result<i64, StoreError>;
    fn real(&self, column: usize) -> Result<f64, StoreError>;
    fn time(&self, column: usize) -> Result<Timestamp, StoreError>;
    fn optional_time(&self, column: usize) -> Result<Option<Timestamp>, StoreError>;
}

/// Whose SQL a connection speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    Sqlite,
    Postgres,
}

/// How a row becomes a value.
pub(crate) type ReadRow<T> = fn(&dyn Row) -> Result<T, StoreError>;

/// A connection to either database.
///
/// SQLite answers at once, on the thread that asks; its futures are ready when they are made.
pub trait Connection: Send {
    /// What the statements that are put together have to mind.
    const DIALECT: Dialect;

    /// Runs a statement and reads its rows.
    fn query<T: Send>(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
        read: ReadRow<T>,
    ) -> impl Future<Output = Result<Vec<T>, StoreError>> + Send;

    /// Runs a statement that was put together of fixed texts and `$n`, and reads its rows.
    fn query_built<T: Send>(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
        read: ReadRow<T>,
    ) -> impl Future<Output = Result<Vec<T>, StoreError>> + Send;

    /// The plan that the database has for a statement, a step a line, whatever its values are.
    fn explain(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
    ) -> impl Future<Output = Result<Vec<String>, StoreError>> + Send;

    /// Runs a statement and counts the rows it changed.
    fn execute(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
    ) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// Keeps every other transaction that asks for the same lock waiting until this one ends.
    fn lock(&mut self, name: &'static str) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Runs a statement that gives at most one row.
    fn query_one<T: Send>(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
        read: ReadRow<T>,
    ) -> impl Future<Output = Result<Option<T>, StoreError>> + Send {
        let rows = self.query(sql, values, read);
        async move { Ok(rows.await?.pop()) }
    }
}

/// Reads a word that the store itself wrote.
pub(crate) fn parse_stored<T>(word: &str) -> Result<T, StoreError>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    word.parse().map_err(|error: T::Err| StoreError::unavailable(format!("the database holds {error}")))
}
