//! The connection of a worker.

use super::session::{Session, Sessions};
use crate::{Result, StoreError};

/// The connection of a worker. The worker keeps it from one set to the next, because taking a connection from the
/// pool and returning it cost a round trip each.
pub(crate) struct WorkerConnection {
    pub(super) sessions: Sessions,
    keeps_connection: bool,
    idle: Option<Session>,
}

impl WorkerConnection {
    pub(super) fn new(sessions: Sessions, keeps_connection: bool) -> Self {
        Self { sessions, keeps_connection, idle: None }
    }

    /// Takes the session. If it is dropped instead of put back, its connection returns to the pool.
    pub(super) async fn take(&mut self) -> Result<Session> {
        match self.idle.take().filter(|session| self.sessions.may_use(session)) {
            Some(session) => Ok(Session { used_before: true, ..session }),
            None => self.sessions.acquire().await,
        }
    }

    /// Puts the session back and returns the outcome of the work that used it. Returns `None` if the caller should
    /// try again: the connection was closed while it was idle, so nothing was done, and a new one may work.
    pub(super) fn put_back<T>(&mut self, mut session: Session, outcome: Result<T>) -> Option<Result<T>> {
        let used_before = session.used_before;
        if let Err(StoreError::Unavailable(_) | StoreError::Uncertain(_)) = outcome {
            // The cause of the error may last as long as the connection. For example, a failover leaves the
            // connection with a server that only reads.
            session.connection.close_on_drop();
        } else if self.keeps_connection {
            self.idle = Some(session);
        }
        match outcome {
            Err(StoreError::Unavailable(_)) if used_before => None,
            outcome => Some(outcome),
        }
    }
}
