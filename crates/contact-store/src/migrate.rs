//! The migrations of the schema. They are embedded in the program, run in order, and never change once released.

use sqlx::migrate::{MigrateError, Migrator};

use crate::StoreError;

/// The migrations for SQLite.
pub(crate) static SQLITE: Migrator = sqlx::migrate!("../../migrations/sqlite");
/// The migrations for PostgreSQL.
pub(crate) static POSTGRES: Migrator = sqlx::migrate!("../../migrations/postgres");

/// Returns the version of the newest migration that this program knows. It is the same on both databases.
pub(crate) fn newest_version() -> i64 {
    SQLITE.iter().map(|migration| migration.version).max().unwrap_or_default()
}

/// Converts the error of a migration.
pub(crate) fn failure(error: MigrateError) -> StoreError {
    match error {
        MigrateError::VersionMissing(version) => StoreError::NewerDatabase(version),
        other => StoreError::unavailable(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_databases_have_the_same_migrations() {
        let versions = |migrator: &Migrator| migrator.iter().map(|one| one.version).collect::<Vec<_>>();
        assert_eq!(versions(&SQLITE), versions(&POSTGRES));
        assert_eq!(versions(&SQLITE).last(), Some(&newest_version()));
    }

    /// Every database stores the checksums of its migrations, and a server refuses a database with other checksums. So
    /// a released migration never changes, not even in its comments. The list in the file only grows.
    #[test]
    fn released_migrations_do_not_change() {
        let line = |database: &str, migration: &sqlx::migrate::Migration| {
            let checksum: String =
                migration.checksum.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
            format!("{database} {} {checksum}", migration.version)
        };
        let sqlite = SQLITE.iter().map(|migration| line("sqlite", migration));
        let postgres = POSTGRES.iter().map(|migration| line("postgres", migration));
        let checksums: Vec<String> = sqlite.chain(postgres).collect();
        let released: Vec<&str> = include_str!("../tests/released_migrations.txt").lines().collect();
        assert_eq!(checksums, released);
    }
}
