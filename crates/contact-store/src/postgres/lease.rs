//! The connection of a worker task.

use std::sync::{Mutex, PoisonError};

use sqlx::pool::PoolConnection;
use sqlx::{PgPool, Postgres};

use super::connection::failure;
use crate::StoreError;

/// The connection of a worker task. The task keeps it from one set to the next, because taking a connection from
/// the pool and returning it cost one round trip each.
pub(super) struct Lease {
    pool: PgPool,
    keeps: bool,
    kept: Mutex<Option<PoolConnection<Postgres>>>,
}

/// A connection in use.
pub(super) struct Leased {
    pub(super) connection: PoolConnection<Postgres>,
    /// True if the connection was used before. The server or the network may have closed it since.
    pub(super) used_before: bool,
}

impl Lease {
    /// Creates a lease. If `keeps` is true, it keeps its connection until it is dropped. Otherwise it returns the
    /// connection to the pool after each use.
    pub(super) fn new(pool: PgPool, keeps: bool) -> Self {
        Self { pool, keeps, kept: Mutex::new(None) }
    }

    /// Takes the connection. If it is dropped instead of given back, it returns to the pool.
    pub(super) async fn take(&self) -> Result<Leased, StoreError> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(connection) = kept {
            return Ok(Leased { connection, used_before: true });
        }
        let connection = self.pool.acquire().await.map_err(failure)?;
        Ok(Leased { connection, used_before: false })
    }

    /// Takes the connection back after a read and returns the outcome. Returns `None` if the caller should read
    /// again: the connection was closed while it was idle, and a new one may work.
    pub(super) fn settle<T>(
        &self,
        leased: Leased,
        outcome: Result<T, StoreError>,
    ) -> Option<Result<T, StoreError>> {
        let used_before = leased.used_before;
        self.give_back(leased, outcome.as_ref().err());
        match outcome {
            Err(StoreError::Unavailable(_)) if used_before => None,
            outcome => Some(outcome),
        }
    }

    /// Closes the connection, even in the middle of a statement.
    pub(super) fn close(&self, mut leased: Leased) {
        leased.connection.close_on_drop();
    }

    /// Takes the connection back after work that succeeded, or that failed with `error`.
    pub(super) fn give_back(&self, mut leased: Leased, error: Option<&StoreError>) {
        if matches!(error, Some(StoreError::Unavailable(_) | StoreError::Uncertain(_))) {
            // The cause of the error may last as long as the connection. For example, a failover leaves the
            // connection with a server that only reads.
            leased.connection.close_on_drop();
        } else if self.keeps {
            *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(leased.connection);
        }
    }
}
