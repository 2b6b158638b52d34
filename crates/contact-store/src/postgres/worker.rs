//! The connection of a worker.

use sqlx::pool::PoolConnection;
use sqlx::{PgPool, Postgres};

use super::connection::failure;
use crate::{Result, StoreError};

/// The connection of a worker. The worker keeps it from one set to the next, because taking a connection from the
/// pool and returning it cost one round trip each.
pub(crate) struct WorkerConnection {
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

impl WorkerConnection {
    pub(super) fn new(pool: PgPool, keeps_connection: bool) -> Self {
        Self { pool, keeps_connection, idle: None }
    }

    /// Takes the connection. If it is dropped instead of put back, it returns to the pool.
    pub(super) async fn take(&mut self) -> Result<ConnectionInUse> {
        if let Some(connection) = self.idle.take() {
            return Ok(ConnectionInUse { connection, used_before: true });
        }
        let connection = self.pool.acquire().await.map_err(failure)?;
        Ok(ConnectionInUse { connection, used_before: false })
    }

    /// Puts the connection back and returns the outcome of the work that used it. Returns `None` if the caller should
    /// try again: the connection was closed while it was idle, so nothing was done, and a new one may work.
    pub(super) fn put_back<T>(&mut self, used: ConnectionInUse, outcome: Result<T>) -> Option<Result<T>> {
        let ConnectionInUse { mut connection, used_before } = used;
        if let Err(StoreError::Unavailable(_) | StoreError::Uncertain(_)) = outcome {
            // The cause of the error may last as long as the connection. For example, a failover leaves the
            // connection with a server that only reads.
            connection.close_on_drop();
        } else if self.keeps_connection {
            self.idle = Some(connection);
        }
        match outcome {
            Err(StoreError::Unavailable(_)) if used_before => None,
            outcome => Some(outcome),
        }
    }
}
