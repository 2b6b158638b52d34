//! Stores hashes of the logs of companies in the background.

use std::time::Duration;

use contact_store::company::{ListUnsealedCompanies, SealChanges};
use contact_store::{Store, StoreError};
use tokio::sync::Notify;

/// How long the server waits before it looks for changes without stored hashes.
const INTERVAL: Duration = Duration::from_secs(10);
/// How long it waits at least, also if a reader asks for it.
const MIN_INTERVAL: Duration = Duration::from_secs(1);
/// The number of companies that are listed at once.
const COMPANIES: u32 = 100;

/// Stores hashes of the logs of companies, so that readers do not have to compute many of them.
#[derive(Default)]
pub(crate) struct Sealing {
    requested: Notify,
}

impl Sealing {
    /// Asks to store hashes soon, because a reader had to compute many of them.
    pub(crate) fn request(&self) {
        self.requested.notify_one();
    }

    /// Stores hashes of new changes every ten seconds, and when a reader asks for it. Never returns.
    pub(crate) async fn run(&self, store: &Store) {
        loop {
            if let Err(error) = seal_all(store).await {
                tracing::warn!(%error, "hashes of changes could not be stored");
            }
            tokio::time::sleep(MIN_INTERVAL).await;
            // An error means that no reader asked in time.
            let _ = tokio::time::timeout(INTERVAL, self.requested.notified()).await;
        }
    }
}

/// Stores the hashes of all logs.
async fn seal_all(store: &Store) -> Result<(), StoreError> {
    loop {
        let companies = store.run(ListUnsealedCompanies { rows: COMPANIES }).await?;
        let mut sealed = 0;
        for company_id in companies {
            loop {
                match store.run(SealChanges { company_id }).await? {
                    0 => break,
                    entries => sealed += entries,
                }
            }
        }
        if sealed == 0 {
            return Ok(());
        }
    }
}
