//! Stores hashes of the log, so that a reader does not have to compute them from the beginning.
//!
//! This is done after the changes are committed, because it would lengthen the time for which a company's counter is
//! locked.

use contact_model::CompanyId;

use super::HashWalk;
use crate::company::operation::operation;
use crate::connection::{Connection, Value};
use crate::{Result, StoreError};

/// One hash is stored for this number of entries. A reader computes at most as many hashes before it can begin, if the
/// log is sealed. A smaller number costs more space.
pub(super) const INTERVAL: i64 = 32;
const ADD: &str = "INSERT INTO change_hashes (company_id, sequence, hash) VALUES ($1, $2, $3)
     ON CONFLICT (company_id, sequence) DO NOTHING";

/// Seals the next entries of a company's log: stores hashes of up to 200 of them. Returns the number of these entries,
/// which is 0 if the log is sealed.
#[derive(Debug, Clone, Copy)]
pub struct SealChanges {
    /// The company.
    pub company_id: CompanyId,
}

operation!(SealChanges => usize, takes_turn_of: Some(self.company_id), |self, connection, _clock| {
    let mut walk = HashWalk::begin(connection, self.company_id, i64::MAX).await?;
    let entries = match walk.next(connection, i64::MAX).await {
        Ok(entries) => entries,
        // Another server has removed old entries meanwhile.
        Err(StoreError::ChangesRemoved) => return Ok(0),
        Err(error) => return Err(error),
    };
    let mut sealed = 0;
    for (number, (entry, hash)) in entries.iter().enumerate() {
        if entry.sequence % INTERVAL == 0 {
            add_hash(connection, self.company_id, entry.sequence, &hash.0).await?;
            sealed = number + 1;
        }
    }
    Ok(sealed)
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
