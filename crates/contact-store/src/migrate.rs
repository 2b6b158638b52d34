//! The migrations of the schema. They are embedded in the program, run in order, and never change once released.

use sqlx::migrate::{MigrateError, Migrator};

use crate::StoreError;

/// The migrations for SQLite.
pub(crate) static SQLITE: Migrator = sqlx::migrate!("../../migrations/sqlite");
/// The migrations for PostgreSQL.
pub(crate) static POSTGRES: Migrator = sqlx::migrate!("../../migrations/postgres");

/// Converts the error of a migration.
pub(crate) fn failure(error: MigrateError) -> StoreError {
    match error {
        MigrateError::VersionMissing(version) => StoreError::NewerDatabase(version),
        other => StoreError::unavailable(other),
    }
}
