//! Opens the database of a command.

use contact_store::{Store, StoreError, StoreOptions};

/// A hint on how to use another database than the one that the error names.
pub(super) const CHOOSE_ANOTHER: &str = "--database-url or DATABASE_URL chooses another database";

/// Opens the database. Creates it if it is missing.
pub(super) async fn open_store(url: &str, options: &StoreOptions) -> anyhow::Result<Store> {
    Store::open(url, options).await.map_err(explain)
}

/// Adds a hint on how to choose another database to the error.
pub(super) fn explain(error: StoreError) -> anyhow::Error {
    match error {
        StoreError::BadAddress(error) => anyhow::anyhow!("{error}; {CHOOSE_ANOTHER}"),
        other => other.into(),
    }
}
