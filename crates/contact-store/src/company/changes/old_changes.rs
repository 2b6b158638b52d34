//! Entries of the log of changes whose retention period is over.

use contact_model::{CompanyId, Timestamp};

use super::HashWalk;
use super::seal::add_hash;
use crate::StoreError;
use crate::company::operation::operation;
use crate::connection::Value;

/// Lists companies whose earliest entries were added before a time.
#[derive(Debug, Clone, Copy)]
pub struct ListCompaniesWithOldChanges {
    /// The time.
    pub added_before: Timestamp,
    /// The maximum number of companies to list.
    pub rows: u32,
}

operation!(ListCompaniesWithOldChanges => Vec<CompanyId>, reads, |self, connection, _clock| {
    let sql = "SELECT c.company_id FROM companies c WHERE (
             SELECT h.at FROM changes h WHERE h.company_id = c.company_id ORDER BY h.sequence LIMIT 1
         ) < $1
         ORDER BY c.company_id LIMIT $2";
    let values = [Value::time(self.added_before), Value::Integer(self.rows.into())];
    connection.query(sql, &values, |row| Ok(CompanyId(row.uuid(0)?))).await
});

/// Removes the earliest entries of a company's log, at most 200, up to the first one that was not added before a time.
/// Stores the hash of the last removed entry, on which those of the kept entries depend. Returns the number of removed
/// entries.
#[derive(Debug, Clone, Copy)]
pub struct RemoveOldChanges {
    /// The company.
    pub company_id: CompanyId,
    /// The time.
    pub added_before: Timestamp,
}

const EARLIEST: &str = "SELECT sequence FROM changes WHERE company_id = $1 ORDER BY sequence LIMIT 1";
const REMOVE_ENTRIES: &str = "DELETE FROM changes WHERE company_id = $1 AND sequence <= $2";
const REMOVE_HASHES: &str = "DELETE FROM change_hashes WHERE company_id = $1 AND sequence < $2";
operation!(RemoveOldChanges => usize, takes_turn_of: Some(self.company_id), |self, connection, _clock| {
    let company = Value::uuid(self.company_id);
    let earliest = connection.query_one(EARLIEST, &[company], |row| row.integer(0)).await?;
    let Some(earliest) = earliest else { return Ok(0) };
    let mut walk = HashWalk::begin(connection, self.company_id, earliest - 1).await?;
    let entries = match walk.next(connection, i64::MAX).await {
        // Another server has removed the entries meanwhile.
        Err(StoreError::ChangesRemoved) => return Ok(0),
        entries => entries?,
    };
    let removed = entries.iter().take_while(|(entry, _)| entry.at < self.added_before).count();
    let Some((last, hash)) = entries[..removed].last() else { return Ok(0) };
    let until = [company, Value::Integer(last.sequence)];
    add_hash(connection, self.company_id, last.sequence, &hash.0).await?;
    connection.execute(REMOVE_ENTRIES, &until).await?;
    connection.execute(REMOVE_HASHES, &until).await?;
    Ok(removed)
});
