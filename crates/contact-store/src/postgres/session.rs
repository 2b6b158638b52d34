//! Sessions of PostgreSQL, and how the server notices that one is lost.
//!
//! If the other machine disappears, or a proxy forgets a connection, nothing closes the connection, and a statement would
//! wait for its result until the operating system gives up, which takes minutes or hours. So if a session is silent for
//! a while, the server asks PostgreSQL over a new connection what the session is doing. A session that works on its
//! statement, or that waits for a lock, is waited for. A session that PostgreSQL does not have, or that waits for its
//! client, is lost.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use sqlx::pool::{PoolConnection, PoolConnectionMetadata};
use sqlx::{Connection as _, PgConnection, PgPool, Postgres};
use tokio::time::{Instant, sleep, timeout};

use super::connection::failure;
use crate::Result;

/// How long a session may be silent before PostgreSQL is asked about it. The pause doubles each time.
const FIRST_SILENCE: Duration = Duration::from_millis(500);
const LONGEST_SILENCE: Duration = Duration::from_secs(30);

/// The time limit for asking. It is also that for the first response on a connection from the pool.
const PROBE_TIMEOUT: Duration = Duration::from_millis(500);

/// Returns true if PostgreSQL has no session with this process, or one that has been waiting for its client.
/// `state` is NULL if the role may not see it.
const IS_LOST: &str = "SELECT NOT EXISTS (
         SELECT FROM pg_stat_activity
         WHERE pid = $1 AND (state IS NULL OR state NOT LIKE 'idle%' OR state_change > now() - interval '250 ms')
     )";

/// Ends a session, so that it releases its locks.
const END: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE pid = $1 AND application_name = 'contact-server'";

/// A session with PostgreSQL. If it is dropped, its connection returns to the pool.
pub(super) struct Session {
    pub(super) connection: PoolConnection<Postgres>,
    /// The process of PostgreSQL that serves the session.
    pub(super) process: i32,
    /// True if the session was used before. The server or the network may have closed it since.
    pub(super) used_before: bool,
}

/// The pool of connections, from which sessions are taken.
#[derive(Clone)]
pub(super) struct Sessions {
    pool: PgPool,
    losses: Losses,
}

/// When a session was last lost. Connections that are older are not used again, because the same has probably happened
/// to them.
#[derive(Debug, Clone, Default)]
pub(super) struct Losses(Arc<LastLoss>);

#[derive(Debug, Default)]
struct LastLoss {
    at: Mutex<Option<Instant>>,
    /// Held while PostgreSQL is asked about a session, so that this needs at most one connection.
    probing: tokio::sync::Mutex<()>,
}

impl Losses {
    fn note(&self) {
        *self.0.at.lock() = Some(Instant::now());
    }

    /// Returns true if a connection is younger than the last loss.
    pub(super) fn allow(&self, connection: &PoolConnectionMetadata) -> bool {
        let opened = Instant::now().checked_sub(connection.age);
        self.0.at.lock().is_none_or(|lost| opened.is_some_and(|opened| opened > lost))
    }
}

impl Sessions {
    /// Creates sessions from a pool, which must not use connections that `losses` does not allow.
    pub(super) fn new(pool: PgPool, losses: Losses) -> Self {
        Self { pool, losses }
    }

    pub(super) fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Takes a connection from the pool and checks that it works.
    pub(super) async fn acquire(&self) -> Result<Session> {
        let deadline = Instant::now() + self.pool.options().get_acquire_timeout();
        loop {
            let mut connection = self.pool.acquire().await.map_err(failure)?;
            let process = sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut *connection);
            let error = match timeout(PROBE_TIMEOUT, process).await {
                Ok(Ok(process)) => return Ok(Session { connection, process, used_before: false }),
                Ok(Err(error)) => error,
                Err(_) => {
                    self.losses.note();
                    sqlx::Error::PoolTimedOut
                }
            };
            connection.close_on_drop();
            if Instant::now() > deadline {
                return Err(failure(error));
            }
        }
    }

    /// Waits for the outcome of work on a session that this process of PostgreSQL serves. Returns `None` if the session
    /// is lost.
    pub(super) async fn watch<T>(&self, process: i32, work: impl Future<Output = T>) -> Option<T> {
        let mut work = pin!(work);
        let mut silence = FIRST_SILENCE;
        loop {
            let lost = async {
                sleep(silence).await;
                self.is_lost(process).await
            };
            let lost = tokio::select! {
                biased;
                outcome = &mut work => return Some(outcome),
                lost = lost => lost,
            };
            if lost {
                self.losses.note();
                return None;
            }
            silence = (silence * 2).min(LONGEST_SILENCE);
        }
    }

    /// Asks PostgreSQL whether a session is lost, and ends it then. Returns false if there is no response.
    async fn is_lost(&self, process: i32) -> bool {
        let ask = async {
            let _probing = self.losses.0.probing.lock().await;
            let mut connection = PgConnection::connect_with(&self.pool.connect_options()).await?;
            let lost = sqlx::query_scalar(IS_LOST).bind(process).fetch_one(&mut connection).await?;
            if lost {
                sqlx::query(END).bind(process).execute(&mut connection).await?;
            }
            connection.close().await?;
            Ok::<bool, sqlx::Error>(lost)
        };
        matches!(timeout(PROBE_TIMEOUT, ask).await, Ok(Ok(true)))
    }
}
