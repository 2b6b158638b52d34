//! The connections that read, on either database.

use std::sync::Arc;

use contact_model::clock::Clock;

use super::read_workers::LookupQueue;
use crate::Result;
use crate::contacts::work::Work;
use crate::postgres::PostgresPool;
use crate::sqlite::SqliteReaders;

/// The database of a store.
pub(super) enum Engine {
    Sqlite(Arc<SqliteReaders>),
    Postgres { pool: PostgresPool, lookups: Arc<LookupQueue> },
}

impl Engine {
    /// Runs work that changes nothing, without a transaction.
    pub(super) async fn run<W: Work>(&self, work: &W, clock: &dyn Clock) -> Result<W::Output> {
        match self {
            Self::Sqlite(readers) => readers.run(work, clock),
            Self::Postgres { pool, .. } => pool.run(work, clock).await,
        }
    }
}
