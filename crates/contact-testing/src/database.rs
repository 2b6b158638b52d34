//! A database of a test's own.

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

/// An empty database, gone when this is dropped.
#[derive(Debug)]
pub struct TestDatabase {
    url: String,
    kept: Kept,
}

#[derive(Debug)]
enum Kept {
    Directory { _directory: TempDir },
    Schema { server: String, name: String },
    Database { server: String, name: String },
}

impl TestDatabase {
    /// Makes an empty database.
    pub async fn new(backend: Backend) -> Self {
        match backend {
            Backend::Sqlite => Self::sqlite(),
            Backend::Postgres => Self::postgres().await,
        }
    }

    /// Makes an empty PostgreSQL database instead of a schema, which takes longer: the server can tell
    /// whose its connections are.
    pub async fn postgres_apart() -> Self {
        let server = postgres_server();
        let name = new_name();
        execute(&server, format!("CREATE DATABASE {name}")).await;
        let (address, options) = server.split_once('?').unwrap_or((&server, ""));
        let (host, _) = address.rsplit_once('/').expect("the address names a database");
        let url = format!("{host}/{name}?{options}");
        Self { url, kept: Kept::Database { server, name } }
    }

    /// Breaks every connection to a database of [`TestDatabase::postgres_apart`].
    pub async fn break_connections(&self) {
        let Kept::Database { server, name } = &self.kept else {
            panic!("only a database apart knows its connections")
        };
        let closed =
            format!("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '{name}'");
        execute(server, closed).await;
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    fn sqlite() -> Self {
        let directory = private_directory();
        let url = format!("sqlite://{}/contacts.db", directory.path().display());
        Self { url, kept: Kept::Directory { _directory: directory } }
    }

    async fn postgres() -> Self {
        let server = postgres_server();
        let name = new_name();
        execute(&server, format!("CREATE SCHEMA {name}")).await;
        let separator = if server.contains('?') { '&' } else { '?' };
        let url = format!("{server}{separator}options[search_path]={name}");
        Self { url, kept: Kept::Schema { server, name } }
    }
}

/// Creates a temporary directory that is open only to its owner: a wider one would be a warning in the log.
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
    connection.execute(sqlx::AssertSqlSafe(statement)).await.expect("PostgreSQL does as it is told");
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let (server, statement) = match &self.kept {
            Kept::Directory { .. } => return,
            Kept::Schema { server, name } => (server, format!("DROP SCHEMA IF EXISTS {name} CASCADE")),
            Kept::Database { server, name } => {
                (server, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            }
        };
        let server = server.clone();
        // A thread of its own: the test's runtime may be the one that drops this.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime can be made").block_on(execute(&server, statement));
        });
        // A panic here, while a failed test unwinds, would hide what failed.
        let _ = dropped.join();
    }
}
