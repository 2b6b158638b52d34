//! The schema: embedded in the program, applied in order, never changed once released.

use sqlx::migrate::{MigrateError, Migrator};

use crate::StoreError;

/// The migrations of SQLite.
pub(crate) static SQLITE: Migrator = sqlx::migrate!("../../migrations/sqlite");
/// The migrations of PostgreSQL.
pub(crate) static POSTGRES: Migrator = sqlx::migrate!("../../migrations/postgres");

/// Tells why a migration failed.
pub(crate) fn failure(error: MigrateError) -> StoreError {
    match error {
        MigrateError::VersionMissing(version) => StoreError::NewerDatabase(version),
        other => StoreError::unavailable(other),
    }
}
