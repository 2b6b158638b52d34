//! Explains why the database of a command cannot be used.

use contact_store::StoreError;

/// A hint on how to use another database than the one that the error names.
pub(super) const CHOOSE_ANOTHER: &str = "--database-url or DATABASE_URL chooses another database";

/// Adds a hint on how to choose another database to the error.
pub(super) fn explain(error: StoreError) -> anyhow::Error {
    match error {
        StoreError::BadAddress(error) => anyhow::anyhow!("{error}; {CHOOSE_ANOTHER}"),
        other => other.into(),
    }
}
