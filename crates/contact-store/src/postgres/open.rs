//! Connecting to PostgreSQL.

use std::str::FromStr;
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection as _, Executor as _, PgConnection, PgPool, Postgres};

use super::connection::{failure, milliseconds};
use crate::contact_store::StoreOptions;
use crate::{StoreError, migrate};

/// A connection that sits in the middle of a transaction for longer is closed by the server: nothing
/// here thinks that long, so whoever held it is gone.
const IDLE_IN_TRANSACTION: &str = "60s";

/// Plans are made once: planned anew for each run, which is what the server takes to be cheaper for arrays,
/// statements cost twice the time. Such a plan knows no values, and of companies of one contact and of ten
/// million it knows the average alone; so it must not be one that pays for few contacts only. Each statement
/// says by its form which index it walks, and leads from there to further rows one by one.
const PLANS: [(&str, &str); 7] = [
    ("plan_cache_mode", "force_generic_plan"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
    ("enable_seqscan", "off"),
    ("enable_bitmapscan", "off"),
    // Where an index has the order that is asked for. What has to be sorted is sorted all the same.
    ("enable_sort", "off"),
    // Compiling a statement takes 0.1 s. It is done where many rows are expected, which in a large database is often.
    ("jit", "off"),
];

/// Makes the server look now and then, during a statement, whether its client is still there.
const LOOK_FOR_CLIENT: &str = "SET client_connection_check_interval = '200ms'";

/// The time for the attempt that finds out why PostgreSQL cannot be reached.
const ATTEMPT: Duration = Duration::from_secs(2);

pub(super) fn pool(url: &str, options: &StoreOptions) -> Result<PgPool, StoreError> {
    // The address holds a password, so neither it nor what the parser says of it is repeated.
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
    Ok(PgPoolOptions::new()
        .max_connections(options.connections)
        .acquire_timeout(options.connect_timeout)
        // Another connection needs a file descriptor, and there may be none when it is needed.
        .idle_timeout(None)
        .max_lifetime(None)
        .after_connect(|connection, _| {
            Box::pin(async move {
                // A server that does not know the setting, as none before PostgreSQL 14, goes on with an abandoned
                // statement until its time limit.
                let _ = connection.execute(LOOK_FOR_CLIENT).await;
                Ok(())
            })
        })
        .connect_lazy_with(connect))
}

/// Opens all connections that the pool may have.
pub(super) async fn open_all(pool: &PgPool) -> Result<(), StoreError> {
    let mut held = Vec::new();
    // An idle connection is taken before another one is opened, so all of them are held meanwhile.
    while pool.size() < pool.options().get_max_connections() {
        held.push(connect(pool).await?);
    }
    Ok(())
}

/// Returns why no connection could be made. The pool tries again until its time is over and then reports only that, so
/// one more attempt finds the reason.
async fn cannot_connect(pool: &PgPool, error: sqlx::Error) -> StoreError {
    let options = pool.connect_options();
    let error = match error {
        sqlx::Error::PoolTimedOut => {
            match tokio::time::timeout(ATTEMPT, PgConnection::connect_with(&options)).await {
                Ok(Err(reason)) => reason,
                Ok(Ok(_)) | Err(_) => error,
            }
        }
        other => other,
    };
    match failure(error) {
        StoreError::Unavailable(cause) => StoreError::BadAddress(format!(
            "the PostgreSQL database at {}:{} cannot be opened: {cause}; check that PostgreSQL runs there and lets this \
             user in",
            options.get_host(),
            options.get_port()
        )),
        other => other,
    }
}

/// Returns the address of the database, without user and password, if it does not have the tables.
pub(super) async fn missing(pool: &PgPool) -> Result<Option<String>, StoreError> {
    let mut connection = connect(pool).await?;
    let found: bool = sqlx::query_scalar(
        "SELECT to_regclass('_sqlx_migrations') IS NOT NULL AND to_regclass('companies') IS NOT NULL",
    )
    .fetch_one(&mut *connection)
    .await
    .map_err(failure)?;
    let options = pool.connect_options();
    let name = options.get_database().unwrap_or(options.get_username());
    Ok((!found).then(|| format!("{}:{}/{name}", options.get_host(), options.get_port())))
}

pub(super) async fn migrate(pool: &PgPool) -> Result<(), StoreError> {
    let mut connection = connect(pool).await?;
    // A migration may take as long as it needs, also to wait for that of another server.
    connection.execute("SET statement_timeout = 0").await.map_err(failure)?;
    // The driver holds an advisory lock meanwhile, so several servers may start together.
    migrate::POSTGRES.run(&mut *connection).await.map_err(migrate::failure)?;
    connection.execute("RESET statement_timeout").await.map_err(failure)?;
    Ok(())
}

async fn connect(pool: &PgPool) -> Result<PoolConnection<Postgres>, StoreError> {
    match pool.acquire().await {
        Ok(connection) => Ok(connection),
        Err(error) => Err(cannot_connect(pool, error).await),
    }
}
