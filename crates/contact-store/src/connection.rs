//! The interface that both databases share: statements with bound values, and rows with columns.
//!
//! A statement names its values `$1`, `$2`, …, which both databases understand. So a statement that works on both
//! exists only once.

use std::future::Future;

use contact_model::Timestamp;
use uuid::Uuid;

use crate::{Result, StoreError};

/// A value bound to a statement. Each variant has a type even if the value is NULL, because PostgreSQL requires
/// one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    Uuid(Option<Uuid>),
    Text(Option<&'a str>),
    /// Texts, stored as a JSON array.
    Json(&'a [String]),
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

    /// Returns the exclusive lower bound of a list sorted by id. `None` becomes the nil id, which comes before
    /// all ids.
    pub(crate) fn id_lower_bound(id: Option<impl Into<Uuid>>) -> Self {
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

/// Returns texts as the JSON array that is stored.
pub(crate) fn json_array(texts: &[String]) -> Result<String> {
    serde_json::to_string(texts).map_err(StoreError::unavailable)
}

/// A row of a result. Columns are counted from 0.
pub trait Row {
    fn uuid(&self, column: usize) -> Result<Uuid>;
    fn optional_uuid(&self, column: usize) -> Result<Option<Uuid>>;
    fn text(&self, column: usize) -> Result<String>;
    fn optional_text(&self, column: usize) -> Result<Option<String>>;
    fn bytes(&self, column: usize) -> Result<Vec<u8>>;
    fn optional_bytes(&self, column: usize) -> Result<Option<Vec<u8>>>;
    fn boolean(&self, column: usize) -> Result<bool>;
    fn integer(&self, column: usize) -> Result<i64>;
    fn real(&self, column: usize) -> Result<f64>;
    fn optional_time(&self, column: usize) -> Result<Option<Timestamp>>;

    fn time(&self, column: usize) -> Result<Timestamp> {
        self.optional_time(column)?.ok_or_else(|| StoreError::unavailable("the time is NULL"))
    }
}

/// Implements the methods of [`Row`] whose values the driver converts. `$get` is the driver's method that returns the
/// value of a column, and `$failure` converts its errors.
macro_rules! driver_values {
    ($get:ident, $failure:path) => {
        driver_values! {
            $get, $failure,
            uuid: uuid::Uuid,
            optional_uuid: Option<uuid::Uuid>,
            text: String,
            optional_text: Option<String>,
            bytes: Vec<u8>,
            optional_bytes: Option<Vec<u8>>,
            boolean: bool,
            integer: i64,
            real: f64,
        }
    };
    ($get:ident, $failure:path, $($method:ident: $value:ty,)*) => {
        $(
            fn $method(&self, column: usize) -> Result<$value> {
                self.$get(column).map_err($failure)
            }
        )*
    };
}
pub(crate) use driver_values;

/// The SQL dialect of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    Sqlite,
    Postgres,
}

/// A function that converts a row to a value.
pub(crate) type ReadRow<T> = fn(&dyn Row) -> Result<T>;

/// The future of a method that uses a database. It may move to another thread while it waits.
pub trait DatabaseFuture<T>: Future<Output = Result<T>> + Send {}

impl<T, F: Future<Output = Result<T>> + Send> DatabaseFuture<T> for F {}

/// A connection to either database.
///
/// SQLite runs each statement on the calling thread, so its futures never wait.
pub trait Connection: Send {
    /// The SQL dialect, for statements that are assembled at run time.
    const DIALECT: Dialect;

    /// Runs a statement and reads its rows.
    fn query<T: Send>(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
        read: ReadRow<T>,
    ) -> impl DatabaseFuture<Vec<T>> {
        self.query_built(sql, values, read)
    }

    /// Runs a statement that was assembled from fixed texts and `$n`, and reads its rows.
    fn query_built<T: Send>(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
        read: ReadRow<T>,
    ) -> impl DatabaseFuture<Vec<T>>;

    /// Runs a statement and returns the number of changed rows.
    fn execute(&mut self, sql: &'static str, values: &[Value<'_>]) -> impl DatabaseFuture<u64>;

    /// Takes a lock. Every other transaction that takes the same lock waits until this one ends.
    fn lock(&mut self, name: &'static str) -> impl DatabaseFuture<()>;

    /// Runs a statement that returns at most one row.
    fn query_one<T: Send>(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
        read: ReadRow<T>,
    ) -> impl DatabaseFuture<Option<T>> {
        let rows = self.query(sql, values, read);
        async move { Ok(rows.await?.pop()) }
    }
}

/// Parses a value written by the store.
pub(crate) fn parse_stored<T>(word: &str) -> Result<T>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    word.parse()
        .map_err(|error: T::Err| StoreError::unavailable(format!("invalid value in the database: {error}")))
}
