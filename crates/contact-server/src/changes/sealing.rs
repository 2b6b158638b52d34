//! Stores hashes of the logs of companies in the background, so that readers do not have to compute many of them.

use std::time::Duration;

use contact_store::company::ListUnsealedCompanies;
use contact_store::{Store, StoreError};

/// How long the server waits before it looks for changes without stored hashes.
const INTERVAL: Duration = Duration::from_secs(10);
/// The number of companies that are listed at once.
const COMPANIES: u32 = 100;

/// Stores hashes of new changes every ten seconds. Never returns.
pub(crate) async fn seal_periodically(store: Store) {
    loop {
        if let Err(error) = seal_all(&store).await {
            tracing::warn!(%error, "hashes of changes could not be stored");
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

/// Stores the hashes of all logs.
async fn seal_all(store: &Store) -> Result<(), StoreError> {
    loop {
        let companies = store.run(ListUnsealedCompanies { rows: COMPANIES }).await?;
        let mut sealed = 0;
        for company_id in companies {
            sealed += store.seal_changes(company_id).await?;
        }
        if sealed == 0 {
            return Ok(());
        }
    }
}
