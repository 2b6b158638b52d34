//! Sessions of PostgreSQL, and how the server notices that one is lost.
//!
//! If the other machine disappears, or a proxy forgets a connection, nothing closes the connection, and a statement would
//! wait for its result until the operating system gives up, which takes minutes or hours. So if work takes long, the
//! server asks PostgreSQL over a new connection what the session is doing. As long as the session is running a statement or
//! waiting for a lock, the server keeps waiting. The session is lost if PostgreSQL does not know it, or if two checks in a
//! row find it waiting for its client: a client that had received the last result would have sent the next statement by
//! then.

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

/// How long work may take before PostgreSQL is asked about its session. The pause doubles each time.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// The pause before PostgreSQL is asked again about a session that waits for its client.
const CONFIRMATION_PAUSE: Duration = Duration::from_millis(250);

/// The time limit for a query about a session, and for the tests of a connection when it is taken from the pool and when
/// it is returned.
pub(super) const PROBE_TIMEOUT: Duration = Duration::from_millis(500);

/// Identifies the session that runs the statement, by its process and its start.
const IDENTIFY: &str =
    "SELECT pid || ' ' || backend_start FROM pg_stat_get_activity(pg_backend_pid()) AS session";

/// Returns the time since which a session has been waiting for its client, or NULL if it is not waiting. `state` is NULL if the role may not see
/// it. The result is empty if there is no such session.
const WAITING_SINCE: &str = "SELECT CASE WHEN state LIKE 'idle%' THEN state_change::text END
     FROM pg_stat_activity WHERE pid || ' ' || backend_start = $1";

/// Ends a session, so that it releases its locks.
const END: &str =
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid || ' ' || backend_start = $1";

/// A session with PostgreSQL. If it is dropped, its connection returns to the pool.
pub(super) struct Session {
    pub(super) connection: PoolConnection<Postgres>,
    /// Identifies the session to PostgreSQL.
    pub(super) id: Arc<str>,
    /// When the connection was taken from the pool.
    pub(super) taken: Instant,
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
            let id = sqlx::query_scalar::<_, String>(IDENTIFY).fetch_one(&mut *connection);
            let error = match timeout(PROBE_TIMEOUT, id).await {
                Ok(Ok(id)) => {
                    let (id, taken) = (id.into(), Instant::now());
                    return Ok(Session { connection, id, taken, used_before: false });
                }
                Ok(Err(error)) => error,
                // Either the connection is lost, or PostgreSQL is slow.
                Err(_) => sqlx::Error::PoolTimedOut,
            };
            connection.close_on_drop();
            if Instant::now() > deadline {
                return Err(failure(error));
            }
        }
    }

    /// Returns true if a session was taken after the last loss, so that it probably works.
    pub(super) fn may_use(&self, session: &Session) -> bool {
        self.losses.0.at.lock().is_none_or(|lost| session.taken > lost)
    }

    /// Waits for the outcome of work on the session with this id. Returns `None` if the session is lost.
    pub(super) async fn watch<T>(&self, id: Arc<str>, work: impl Future<Output = T>) -> Option<T> {
        let mut work = pin!(work);
        let (mut pause, mut waiting_since) = (FIRST_PAUSE, None);
        loop {
            let ask = async {
                sleep(pause).await;
                self.ask_about(&id).await
            };
            // Polls the work first, so that a result takes precedence over the state of the session.
            let state = tokio::select! {
                biased;
                outcome = &mut work => return Some(outcome),
                state = ask => state,
            };
            let is_lost = match state {
                SessionState::Gone => true,
                SessionState::WaitsSince(since) => {
                    let waits_still = waiting_since.as_ref() == Some(&since);
                    pause = CONFIRMATION_PAUSE;
                    waiting_since = Some(since);
                    waits_still
                }
                SessionState::Works => {
                    pause = (pause * 2).min(LONGEST_PAUSE);
                    waiting_since = None;
                    false
                }
                // PostgreSQL may be back at any time, and may then not have the session.
                SessionState::NoResponse => false,
            };
            if is_lost {
                self.losses.note();
                self.end(&id).await;
                return None;
            }
        }
    }

    /// Asks PostgreSQL what a session is doing.
    async fn ask_about(&self, id: &str) -> SessionState {
        let ask = async |connection: &mut PgConnection| {
            sqlx::query_scalar(WAITING_SINCE).bind(id).fetch_optional(connection).await
        };
        match self.with_new_connection(ask).await {
            Some(None) => SessionState::Gone,
            Some(Some(Some(since))) => SessionState::WaitsSince(since),
            Some(Some(None)) => SessionState::Works,
            None => SessionState::NoResponse,
        }
    }

    /// Ends a session, if PostgreSQL can be reached.
    async fn end(&self, id: &str) {
        let end = async |connection: &mut PgConnection| {
            sqlx::query(END).bind(id).execute(connection).await.map(|_| ())
        };
        let _: Option<()> = self.with_new_connection(end).await;
    }

    /// Runs a statement on a connection that does not come from the pool. Returns `None` if it fails.
    async fn with_new_connection<T>(
        &self,
        run: impl AsyncFnOnce(&mut PgConnection) -> sqlx::Result<T>,
    ) -> Option<T> {
        let work = async {
            let _probing = self.losses.0.probing.lock().await;
            let mut connection = PgConnection::connect_with(&self.pool.connect_options()).await?;
            let result = run(&mut connection).await?;
            connection.close().await?;
            Ok::<T, sqlx::Error>(result)
        };
        timeout(PROBE_TIMEOUT, work).await.ok()?.ok()
    }
}

/// What PostgreSQL knows about a session.
#[derive(Debug)]
enum SessionState {
    /// It has no such session.
    Gone,
    /// The session waits for its client since this time.
    WaitsSince(String),
    Works,
    /// PostgreSQL did not respond.
    NoResponse,
}
