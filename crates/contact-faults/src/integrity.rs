//! The checks by which a database finds damage in its own files.

use anyhow::{Result, ensure};
use sqlx::{Connection as _, Executor as _, PgConnection, Row as _, SqliteConnection};

/// On SQLite, checks the structure of the file and the foreign keys. On PostgreSQL, checks the B-tree indexes if the
/// extension `amcheck` is available.
///
/// # Errors
/// The database is damaged.
pub(crate) async fn check(database_url: &str) -> Result<()> {
    if database_url.starts_with("sqlite:") {
        let mut connection = SqliteConnection::connect(database_url).await?;
        let damage: Vec<String> =
            sqlx::query_scalar("PRAGMA integrity_check").fetch_all(&mut connection).await?;
        ensure!(damage == ["ok"], "the SQLite file is damaged: {damage:?}");
        let broken = sqlx::query("PRAGMA foreign_key_check").fetch_all(&mut connection).await?;
        ensure!(broken.is_empty(), "{} rows refer to rows that do not exist", broken.len());
        return Ok(());
    }
    let mut connection = PgConnection::connect(database_url).await?;
    let installed =
        connection.fetch_optional("SELECT FROM pg_available_extensions WHERE name = 'amcheck'").await?;
    if installed.is_some() {
        connection.execute("CREATE EXTENSION IF NOT EXISTS amcheck").await?;
        // The check fails with an error if it finds damage.
        let checked = connection
            .fetch_one(
                "SELECT count(bt_index_check(pg_index.indexrelid, true)::text)
                 FROM pg_index JOIN pg_class ON pg_class.oid = pg_index.indexrelid
                     JOIN pg_am ON pg_am.oid = pg_class.relam
                 WHERE pg_am.amname = 'btree' AND pg_class.relpersistence = 'p' AND pg_index.indisvalid",
            )
            .await?;
        ensure!(checked.try_get::<i64, _>(0)? > 0, "the database has no indexes");
    }
    Ok(())
}
