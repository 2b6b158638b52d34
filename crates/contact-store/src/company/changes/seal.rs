//! Stores hashes of the log, so that a reader does not have to compute them from the beginning.
//!
//! This is done after the changes are committed, because it would lengthen the time for which a company's counter is
//! locked. The hashes are computed outside the transaction that stores them, so that other writers need not wait.

use contact_model::CompanyId;
use contact_model::changes::ChangeHash;

use super::HashWalk;
use crate::company::operation::operation;
use crate::connection::{Connection, Value};
use crate::{Result, StoreError};

/// One hash is stored for this number of entries. A reader computes at most as many hashes before it can begin, if the
/// log is sealed. A smaller number costs more space.
pub(super) const INTERVAL: i64 = 32;
const ADD: &str = "INSERT INTO change_hashes (company_id, sequence, hash) VALUES ($1, $2, $3)
     ON CONFLICT (company_id, sequence) DO NOTHING";

/// Computes the hashes to store for the next entries of a company's log, up to 200 of them.
#[derive(Debug, Clone)]
pub(crate) struct HashNextChanges {
    /// The company.
    pub(crate) company_id: CompanyId,
    /// The walk to continue. If it is `None`, a walk begins after the last entry whose hash is stored.
    pub(crate) walk: Option<HashWalk>,
}

/// The hashes to store for some entries of a log.
#[derive(Debug, Clone)]
pub(crate) struct NextHashes {
    /// The numbers of entries, with their hashes.
    pub(crate) hashes: Vec<(i64, ChangeHash)>,
    /// The walk to continue, or `None` if these entries had no hash to store.
    pub(crate) walk: Option<HashWalk>,
}

operation!(HashNextChanges => NextHashes, reads, |self, connection, _clock| {
    let mut walk = match &self.walk {
        Some(walk) => walk.clone(),
        None => HashWalk::begin(connection, self.company_id, i64::MAX).await?,
    };
    let entries = match walk.next(connection, i64::MAX).await {
        Ok(entries) => entries,
        // Another server has removed old entries meanwhile.
        Err(StoreError::ChangesRemoved) => Vec::new(),
        Err(error) => return Err(error),
    };
    let hashes = entries.iter().map(|(entry, hash)| (entry.sequence, *hash));
    let hashes: Vec<_> = hashes.filter(|(sequence, _)| sequence % INTERVAL == 0).collect();
    // Continuing for the few entries that were added in the meantime could take forever.
    let walk = (!hashes.is_empty()).then_some(walk);
    Ok(NextHashes { hashes, walk })
});

/// Stores hashes of a company's log.
#[derive(Debug, Clone)]
pub(crate) struct StoreHashes {
    /// The company.
    pub(crate) company_id: CompanyId,
    /// The numbers of entries, with their hashes.
    pub(crate) hashes: Vec<(i64, ChangeHash)>,
}

operation!(StoreHashes => (), takes_turn_of: Some(self.company_id), |self, connection, _clock| {
    for (sequence, hash) in &self.hashes {
        add_hash(connection, self.company_id, *sequence, &hash.0).await?;
    }
    Ok(())
});

/// Stores the hash of an entry.
pub(super) async fn add_hash<C: Connection>(
    connection: &mut C,
    company: CompanyId,
    sequence: i64,
    hash: &[u8; 32],
) -> Result<()> {
    let values = [Value::uuid(company), Value::Integer(sequence), Value::Bytes(hash)];
    connection.execute(ADD, &values).await.map(|_| ())
}

/// Lists companies whose logs have entries that can be sealed.
#[derive(Debug, Clone, Copy)]
pub struct ListUnsealedCompanies {
    /// The maximum number of companies to list.
    pub rows: u32,
}

operation!(ListUnsealedCompanies => Vec<CompanyId>, reads, |self, connection, _clock| {
    let sql = "SELECT c.company_id FROM change_counters c
         WHERE c.sequence >= $1 + coalesce(
             (SELECT h.sequence FROM change_hashes h WHERE h.company_id = c.company_id
              ORDER BY h.sequence DESC LIMIT 1), 0)
         LIMIT $2";
    let values = [Value::Integer(INTERVAL), Value::Integer(self.rows.into())];
    connection.query(sql, &values, |row| Ok(CompanyId(row.uuid(0)?))).await
});
