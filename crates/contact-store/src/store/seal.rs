//! Seals logs of changes.

use contact_model::CompanyId;

use super::Store;
use super::operations::SingleOperation;
use crate::Result;
use crate::company::{HashNextChanges, NextHashes, StoreHashes};
use crate::contacts::transaction_mode::TransactionEnd;

/// The number of hashes that are stored in one transaction.
const HASHES: usize = 64;

impl Store {
    /// Seals the log of a company: computes the hashes of its entries and stores some of them, so that readers do not
    /// have to compute many. Returns the number of hashes that were stored. Leaves other writers their turns.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub async fn seal_changes(&self, company_id: CompanyId) -> Result<usize> {
        let (mut walk, mut hashes, mut stored) = (None, Vec::new(), 0);
        loop {
            // A read that finds the log not sealed calls this function, so it does not use `run`, which is such a read.
            let operation = HashNextChanges { company_id, walk };
            let work = SingleOperation { operation, idempotency: None, end: TransactionEnd::Commit };
            let next: NextHashes = self
                .inner
                .engine
                .run(&work, &*self.inner.clock)
                .await
                .map_err(|failure| failure.for_caller())?;
            hashes.extend(next.hashes);
            walk = next.walk;
            if hashes.len() >= HASHES || (walk.is_none() && !hashes.is_empty()) {
                stored += hashes.len();
                let operation = StoreHashes { company_id, hashes: std::mem::take(&mut hashes) };
                let work = SingleOperation { operation, idempotency: None, end: TransactionEnd::Commit };
                self.run_in_transaction(Some(company_id), work).await?;
            }
            if walk.is_none() {
                return Ok(stored);
            }
        }
    }
}
