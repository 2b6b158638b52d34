//! A temporary database for a test.

use sqlx::{Connection, Executor, PgConnection};
use tempfile::TempDir;

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// A SQLite file.
    Sqlite,
    /// A schema of the PostgreSQL database that `CONTACT_TEST_POSTGRES_URL` names.
    Postgres,
}

/// A temporary database, which is deleted when this is dropped.
#[derive(Debug)]
pub struct TestDatabase {
    url: String,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Directory { _directory: TempDir },
    Schema { server: String, name: String },
    Database { server: String, name: String },
}

impl TestDatabase {
    /// Creates an empty database.
    pub async fn new(backend: Backend) -> Self {
        match backend {
            Backend::Sqlite => Self::sqlite(),
            Backend::Postgres => Self::postgres().await,
        }
    }

    /// Creates an empty PostgreSQL database instead of a schema. This takes longer, but
    /// [`TestDatabase::break_connections`] can find its connections.
    pub async fn separate_postgres() -> Self {
        let server = postgres_server();
        let name = new_name();
        execute(&server, format!("CREATE DATABASE {name}")).await;
        let (address, options) = server.split_once('?').unwrap_or((&server, ""));
        let (host, _) = address.rsplit_once('/').expect("the address names a database");
        let url = format!("{host}/{name}?{options}");
        Self { url, place: Place::Database { server, name } }
    }

    /// Terminates every connection to a database of [`TestDatabase::separate_postgres`].
    pub async fn break_connections(&self) {
        let Place::Database { server, name } = &self.place else {
            panic!("only connections to a separate database can be terminated")
        };
        let statement =
            format!("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '{name}'");
        execute(server, statement).await;
    }

    /// Returns the URL of the database.
    pub fn url(&self) -> &str {
        &self.url
    }

    fn sqlite() -> Self {
        let directory = private_directory();
        let url = format!("sqlite://{}/contacts.db", directory.path().display());
        Self { url, place: Place::Directory { _directory: directory } }
    }

    async fn postgres() -> Self {
        let server = postgres_server();
        let name = new_name();
        execute(&server, format!("CREATE SCHEMA {name}")).await;
        let separator = if server.contains('?') { '&' } else { '?' };
        let url = format!("{server}{separator}options[search_path]={name}");
        Self { url, place: Place::Schema { server, name } }
    }
}

/// Creates a temporary directory that only its owner can access, because the server warns about others.
///
/// # Panics
/// The directory cannot be created.
pub fn private_directory() -> TempDir {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder.tempdir().expect("a temporary directory can be created")
}

fn postgres_server() -> String {
    std::env::var("CONTACT_TEST_POSTGRES_URL")
        .expect("CONTACT_TEST_POSTGRES_URL names a PostgreSQL database; `cargo xtask test` starts one")
}

fn new_name() -> String {
    format!("test_{:032x}", rand::random::<u128>())
}

async fn execute(server: &str, statement: String) {
    let mut connection = PgConnection::connect(server).await.expect("PostgreSQL answers");
    connection.execute(sqlx::AssertSqlSafe(statement)).await.expect("PostgreSQL executes the statement");
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let (server, statement) = match &self.place {
            Place::Directory { .. } => return,
            Place::Schema { server, name } => (server, format!("DROP SCHEMA IF EXISTS {name} CASCADE")),
            Place::Database { server, name } => {
                (server, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            }
        };
        let server = server.clone();
        // A separate thread, because this may be dropped inside the runtime of the test.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime can be created").block_on(execute(&server, statement));
        });
        // A panic during the unwinding of a failed test would hide its message.
        let _ = dropped.join();
    }
}
