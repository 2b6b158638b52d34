//! Statements on the database of a server.

use contact_testing::TestDatabase;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection};

/// Executes a statement on either database.
pub(crate) async fn execute(database: &TestDatabase, statement: &str) {
    let statement = AssertSqlSafe(statement.to_owned());
    if database.url().starts_with("sqlite:") {
        let mut connection = SqliteConnection::connect(database.url()).await.unwrap();
        connection.execute(statement).await.unwrap();
        connection.close().await.unwrap();
    } else {
        let mut connection = PgConnection::connect(database.url()).await.unwrap();
        connection.execute(statement).await.unwrap();
        connection.close().await.unwrap();
    }
}

/// Returns the number that a query of PostgreSQL returns.
pub(crate) async fn count(database: &TestDatabase, query: &'static str) -> i64 {
    let mut connection = PgConnection::connect(database.url()).await.unwrap();
    let count = sqlx::query_scalar(query).fetch_one(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    count
}
