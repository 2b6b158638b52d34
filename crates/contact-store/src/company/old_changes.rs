//! Entries of the log of changes whose retention period is over.

use contact_model::{CompanyId, Timestamp};

use super::operation::operation;
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

/// Removes the earliest entries of a company's log, up to the first one that was not added before a time. Returns the
/// number of removed entries.
#[derive(Debug, Clone, Copy)]
pub struct RemoveOldChanges {
    /// The company.
    pub company_id: CompanyId,
    /// The time.
    pub added_before: Timestamp,
    /// The maximum number of entries to remove.
    pub rows: u32,
}

operation!(RemoveOldChanges => u64, takes_turn_of: Some(self.company_id), |self, connection, _clock| {
    let company = Value::uuid(self.company_id);
    let first = "SELECT sequence, at FROM changes WHERE company_id = $1 ORDER BY sequence LIMIT $2";
    let values = [company, Value::Integer(self.rows.into())];
    let entries = connection.query(first, &values, |row| Ok((row.integer(0)?, row.time(1)?))).await?;
    let old = entries.iter().take_while(|(_, at)| *at < self.added_before);
    let Some((last, _)) = old.last() else { return Ok(0) };
    let remove = "DELETE FROM changes WHERE company_id = $1 AND sequence <= $2";
    connection.execute(remove, &[company, Value::Integer(*last)]).await
});
