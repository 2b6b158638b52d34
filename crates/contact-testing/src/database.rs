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
}

impl TestDatabase {
    /// Makes an empty database.
    pub async fn new(backend: Backend) -> Self {
        match backend {
            Backend::Sqlite => Self::sqlite(),
            Backend::Postgres => Self::postgres().await,
        }
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    fn sqlite() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory can be made");
        let url = format!("sqlite://{}/contacts.db", directory.path().display());
        Self { url, kept: Kept::Directory { _directory: directory } }
    }

    async fn postgres() -> Self {
        let server = std::env::var("CONTACT_TEST_POSTGRES_URL")
            .expect("CONTACT_TEST_POSTGRES_URL names a PostgreSQL database; `cargo xtask test` starts one");
        let name = format!("test_{:032x}", rand::random::<u128>());
        execute(&server, format!("CREATE SCHEMA {name}")).await;
        let separator = if server.contains('?') { '&' } else { '?' };
        let url = format!("{server}{separator}options[search_path]={name}");
        Self { url, kept: Kept::Schema { server, name } }
    }
}

async fn execute(server: &str, statement: String) {
    let mut connection = PgConnection::connect(server).await.expect("PostgreSQL answers");
    connection.execute(sqlx::AssertSqlSafe(statement)).await.expect("PostgreSQL does as it is told");
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let Kept::Schema { server, name } = &self.kept else { return };
        let (server, statement) = (server.clone(), format!("DROP SCHEMA IF EXISTS {name} CASCADE"));
        // A thread of its own: the test's runtime may be the one that drops this.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime can be made").block_on(execute(&server, statement));
        });
        // A panic here, while a failed test unwinds, would hide what failed.
        let _ = dropped.join();
    }
}
