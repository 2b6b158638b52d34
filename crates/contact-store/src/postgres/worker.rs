//! The connection of a worker.

use sqlx::pool::PoolConnection;
use sqlx::{PgPool, Postgres};

use super::connection::failure;
use crate::StoreError;

/// The connection of a worker. The worker keeps it from one set to the next, because taking a connection from the
/// pool and returning it cost one round trip each.
pub(crate) struct PostgresWorker {
    pool: PgPool,
    keeps_connection: bool,
    idle: Option<PoolConnection<Postgres>>,
}

/// A connection in use.
pub(super) struct ConnectionInUse {
    pub(super) connection: PoolConnection<Postgres>,
    /// True if the connection was used before. The server or the network may have closed it since.
    pub(super) used_before: bool,
}

impl PostgresWorker {
    pub(super) fn new(pool: PgPool, keeps_connection: bool) -> Self {
        Self { pool, keeps_connection, idle: None }
    }

    /// Takes the connection. If it is dropped instead of put back, it returns to the pool.
    pub(super) async fn take(&mut self) -> Result<ConnectionInUse, StoreError> {
        if let Some(connection) = self.idle.take() {
            return Ok(ConnectionInUse { connection, used_before: true });
        }
        let connection = self.pool.acquire().await.map_err(failure)?;
        Ok(ConnectionInUse { connection, used_before: false })
    }

    /// Puts the connection back after a read and returns the outcome. Returns `None` if the caller should read
    /// again: the connection was closed while it was idle, and a new one may work.
    pub(super) fn finish_read<T>(
        &mut self,
        used: ConnectionInUse,
        outcome: Result<T, StoreError>,
    ) -> Option<Result<T, StoreError>> {
        let used_before = used.used_before;
        self.put_back(used, outcome.as_ref().err());
        match outcome {
            Err(StoreError::Unavailable(_)) if used_before => None,
            outcome => Some(outcome),
        }
    }

    /// Puts the connection back after work that succeeded, or that failed with `error`.
    pub(super) fn put_back(&mut self, mut used: ConnectionInUse, error: Option<&StoreError>) {
        if matches!(error, Some(StoreError::Unavailable(_) | StoreError::Uncertain(_))) {
            // The cause of the error may last as long as the connection. For example, a failover leaves the
            // connection with a server that only reads.
            used.connection.close_on_drop();
        } else if self.keeps_connection {
            self.idle = Some(used.connection);
        }
    }
}
