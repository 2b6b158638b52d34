//! The pool of connections to PostgreSQL.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use contact_model::clock::Clock;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection as _, Executor as _, PgConnection, PgPool, Postgres};

use super::connection::{Locking, PostgresConnection, failure, milliseconds};
use super::session::{Losses, PROBE_TIMEOUT, Sessions};
use super::worker::WorkerConnection;
use crate::contacts::work::Work;
use crate::{Result, StoreError, StoreOptions, migrate};

/// The time after which the server closes a connection that is idle in a transaction. No transaction of the store
/// is idle for that long unless its process has ended.
const IDLE_IN_TRANSACTION: &str = "60s";

/// Planner settings. Statements use generic plans, which are made once. By default the server plans a statement
/// with arrays again for each run, because it considers that cheaper, but then the statement takes twice the time.
///
/// A generic plan does not depend on the values. It is made for the average company, while companies have between
/// one contact and ten million. It may also be made while the tables are nearly empty. So a plan must not be one that
/// is cheap only for few contacts. The form of each statement determines which index it scans, and it looks up
/// further rows one by one from there.
const PLANS: [(&str, &str); 7] = [
    ("plan_cache_mode", "force_generic_plan"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
    ("enable_seqscan", "off"),
    ("enable_bitmapscan", "off"),
    // If an index has the requested order, it is used. Otherwise the server still sorts.
    ("enable_sort", "off"),
    // Compiling a statement takes 0.1 s. The server does it if it expects many rows, which is often in a large
    // database.
    ("jit", "off"),
];

/// Settings that PostgreSQL has since version 14. The server checks at intervals, during a statement, whether its
/// client is still connected. It does not cache rows that a statement looks up, because each is looked up once.
const SETTINGS_OF_14: &str = "SET client_connection_check_interval = '200ms'; SET enable_memoize = off";

/// The time limit of the attempt that finds out why PostgreSQL cannot be reached.
const ATTEMPT: Duration = Duration::from_secs(2);

/// The connections to a PostgreSQL database.
#[derive(Clone)]
pub(crate) struct PostgresPool(Sessions);

impl PostgresPool {
    /// Creates a pool, which connects only when a connection is needed.
    ///
    /// # Errors
    /// Returns an error if the address cannot be read.
    pub(crate) fn new(url: &str, options: &StoreOptions) -> Result<Self> {
        // The address contains a password, so the error repeats neither the address nor the parser's message about it.
        let connect = PgConnectOptions::from_str(url)
            .map_err(|_| {
                StoreError::BadAddress(
                    "the PostgreSQL address cannot be read: use postgres://user:password@host:5432/database"
                        .to_owned(),
                )
            })?
            .application_name("contact-server")
            .options([("idle_in_transaction_session_timeout", IDLE_IN_TRANSACTION)])
            .options([("statement_timeout", milliseconds(options.write_timeout))])
            .options(PLANS);
        let losses = Losses::default();
        let allowed = losses.clone();
        let pool = PgPoolOptions::new()
            .max_connections(options.connections)
            .acquire_timeout(options.database_timeout)
            // A new connection needs a file descriptor, and none may be free when it is needed.
            .idle_timeout(None)
            .max_lifetime(None)
            // `Sessions::acquire` tests each connection, because the test of the pool has no time limit.
            .test_before_acquire(false)
            // The driver also tests a returned connection without a time limit. This test comes before it.
            .after_release(|connection, _| {
                Box::pin(async move {
                    let ping = tokio::time::timeout(PROBE_TIMEOUT, connection.ping()).await;
                    ping.unwrap_or(Err(sqlx::Error::PoolTimedOut)).map(|()| true)
                })
            })
            .before_acquire(move |_, connection| {
                let is_allowed = allowed.allow(&connection);
                Box::pin(async move { Ok(is_allowed) })
            })
            .after_connect(|connection, _| {
                Box::pin(async move {
                    // An older server continues an abandoned statement until its time limit.
                    let _ = connection.execute(SETTINGS_OF_14).await;
                    Ok(())
                })
            })
            .connect_lazy_with(connect);
        Ok(Self(Sessions::new(pool, losses)))
    }

    /// Opens all connections that the pool may have.
    pub(crate) async fn open_all(&self) -> Result<()> {
        let mut held = Vec::new();
        // The pool returns an idle connection before it opens another one, so all connections are held until the end.
        let pool = self.0.pool();
        while pool.size() < pool.options().get_max_connections() {
            held.push(self.connect().await?);
        }
        Ok(())
    }

    /// Returns the address of the database, without user and password, if it does not have the tables.
    pub(crate) async fn missing(&self) -> Result<Option<String>> {
        let mut connection = self.connect().await?;
        let found: bool = sqlx::query_scalar(
            "SELECT to_regclass('_sqlx_migrations') IS NOT NULL AND to_regclass('companies') IS NOT NULL",
        )
        .fetch_one(&mut *connection)
        .await
        .map_err(failure)?;
        let options = self.0.pool().connect_options();
        let name = options.get_database().unwrap_or(options.get_username());
        Ok((!found).then(|| format!("{}:{}/{name}", options.get_host(), options.get_port())))
    }

    /// Brings the schema up to date.
    pub(crate) async fn migrate(&self) -> Result<()> {
        let mut connection = self.connect().await?;
        // A migration has no time limit, and neither has the wait for the migration of another server.
        connection.execute("SET statement_timeout = 0").await.map_err(failure)?;
        // The driver holds an advisory lock during the migrations, so several servers may start together.
        migrate::POSTGRES.run(&mut *connection).await.map_err(migrate::failure)?;
        connection.execute("RESET statement_timeout").await.map_err(failure)?;
        Ok(())
    }

    /// Runs work that changes nothing, without a transaction.
    pub(crate) async fn run<W: Work>(&self, work: &W, clock: &dyn Clock) -> Result<W::Output> {
        loop {
            let mut session = self.0.acquire().await?;
            let mut connection = PostgresConnection::new(&mut session.connection, Locking::Optimistic);
            match self.0.watch(Arc::clone(&session.id), work.run(&mut connection, clock)).await {
                Some(outcome) => return outcome,
                None => session.connection.close_on_drop(),
            }
        }
    }

    /// Creates a worker. If `keeps_connection` is true, it keeps its connection until it is dropped. Otherwise it
    /// returns the connection to the pool after each use.
    pub(crate) fn worker(&self, keeps_connection: bool) -> WorkerConnection {
        WorkerConnection::new(self.0.clone(), keeps_connection)
    }

    /// Closes all connections.
    pub(crate) async fn close(&self) {
        self.0.pool().close().await;
    }

    async fn connect(&self) -> Result<PoolConnection<Postgres>> {
        match self.0.pool().acquire().await {
            Ok(connection) => Ok(connection),
            Err(error) => Err(cannot_connect(self.0.pool(), error).await),
        }
    }
}

/// Returns the reason why no connection could be made. The pool retries until its time limit and then reports only
/// the time limit, so one more attempt finds the reason.
async fn cannot_connect(pool: &PgPool, mut error: sqlx::Error) -> StoreError {
    let options = pool.connect_options();
    if let sqlx::Error::PoolTimedOut = error
        && let Ok(Err(reason)) = tokio::time::timeout(ATTEMPT, PgConnection::connect_with(&options)).await
    {
        error = reason;
    }
    match failure(error) {
        StoreError::Unavailable(cause) => StoreError::BadAddress(format!(
            "the PostgreSQL database at {}:{} cannot be opened: {cause}; check that PostgreSQL runs there and accepts \
             this user",
            options.get_host(),
            options.get_port()
        )),
        other => other,
    }
}
