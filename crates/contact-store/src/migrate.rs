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

#[cfg(test)]
mod tests {
    use super::*;

    /// Every database stores the checksums of its migrations, and a server refuses a database with other checksums. So
    /// a released migration never changes, not even in its comments. This list only grows.
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
        insta::assert_snapshot!(checksums.join("\n"), @"
        sqlite 1 3afa60cf355049c0
        sqlite 2 15a9d0840b4a1990
        sqlite 3 46200c99f111c99e
        sqlite 4 2e92d9cb0b853761
        sqlite 5 519748ec4b64b00a
        sqlite 6 92d7a75ec44e4c4f
        sqlite 7 77f5a910b9845a98
        sqlite 8 0365c08cd7e5d2c1
        sqlite 9 9a17803992aca44e
        postgres 1 b34c8d9736a15145
        postgres 2 25290cda3e1fef4e
        postgres 3 0e26e88fe3dc7fb8
        postgres 4 721606e33ac62e0f
        postgres 5 1b57ccf915c408a1
        postgres 6 92d7a75ec44e4c4f
        postgres 7 2c005c3caf6f4475
        postgres 8 1ba9fbfac23decac
        postgres 9 6e23ae93a4c38ff6
        ");
    }
}
