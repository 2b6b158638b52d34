//! The connection that one task works with.

use std::sync::{Mutex, PoisonError};

use sqlx::pool::PoolConnection;
use sqlx::{PgPool, Postgres};

use super::connection::failure;
use crate::StoreError;

/// The connection that one task works with, from one set to the next: taking it from the pool and giving
/// it back are a round trip each.
pub(super) struct Lease {
    pool: PgPool,
    keeps: bool,
    kept: Mutex<Option<PoolConnection<Postgres>>>,
}

/// A connection in use.
pub(super) struct Leased {
    pub(super) connection: PoolConnection<Postgres>,
    /// It was used before, and may have been closed since by whoever is at its other end.
    pub(super) used_before: bool,
}

impl Lease {
    /// A lease that `keeps` its connection until it is dropped, or gives it back whenever it is not used.
    pub(super) fn new(pool: PgPool, keeps: bool) -> Self {
        Self { pool, keeps, kept: Mutex::new(None) }
    }

    /// The connection. Whoever takes it and does not return it leaves it to the pool.
    pub(super) async fn take(&self) -> Result<Leased, StoreError> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(connection) = kept {
            return Ok(Leased { connection, used_before: true });
        }
        let connection = self.pool.acquire().await.map_err(failure)?;
        Ok(Leased { connection, used_before: false })
    }

    /// Takes the connection back after what was read over it; gives the outcome, or nothing where it is to be
    /// read again: the connection was closed while it lay idle, and a new one may do better.
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

    /// Closes the connection, in the middle of whatever it is used for.
    pub(super) fn close(&self, mut leased: Leased) {
        leased.connection.close_on_drop();
    }

    /// Takes the connection back after work that succeeded, or failed with `error`.
    pub(super) fn give_back(&self, mut leased: Leased, error: Option<&StoreError>) {
        if matches!(error, Some(StoreError::Unavailable(_) | StoreError::Uncertain(_))) {
            // Whatever made it fail may last as long as the connection does: a failover leaves it with a
            // server that only reads.
            leased.connection.close_on_drop();
        } else if self.keeps {
            *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(leased.connection);
        }
    }
}
