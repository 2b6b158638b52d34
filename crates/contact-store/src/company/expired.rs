//! Contacts and stored responses whose retention period is over.

use contact_model::{CompanyId, ContactId, Timestamp, idempotency};

use super::operation::operation;
use crate::connection::Value;

/// Lists contacts of any company that were deleted before a time, without merged ones, the earliest deletion first.
#[derive(Debug, Clone, Copy)]
pub struct ListExpiredContacts {
    /// The time.
    pub deleted_before: Timestamp,
    /// The maximum number of contacts to list.
    pub rows: u32,
}

operation!(ListExpiredContacts => Vec<(CompanyId, ContactId)>, reads, |self, connection, _clock| {
    let sql = "SELECT company_id, id FROM contacts WHERE deleted_at IS NOT NULL AND merged_into IS NULL AND deleted_at < $1
         ORDER BY deleted_at, company_id, id LIMIT $2";
    let values = [Value::time(self.deleted_before), Value::Integer(self.rows.into())];
    connection.query(sql, &values, |row| Ok((row.uuid(0)?.into(), row.uuid(1)?.into()))).await
});

/// Removes responses of any company that were stored before a time, the oldest first, and the usage counts of the
/// hours before it. Returns the number of removed responses. Expired responses are never sent
/// again, so this only frees space.
#[derive(Debug, Clone, Copy)]
pub struct RemoveExpiredResponses {
    /// The time.
    pub stored_before: Timestamp,
    /// The maximum number of responses to remove.
    pub rows: u32,
}

operation!(RemoveExpiredResponses => u64, takes_turn_of: None, |self, connection, _clock| {
    let hour = Value::Integer(idempotency::hour_of(self.stored_before));
    connection.execute("DELETE FROM stored_answer_usage WHERE hour < $1", &[hour]).await?;
    let sql = "DELETE FROM stored_answers WHERE (company_id, name) IN (
             SELECT company_id, name FROM stored_answers WHERE created_at < $1
             ORDER BY created_at, company_id, name LIMIT $2
         )";
    connection.execute(sql, &[Value::time(self.stored_before), Value::Integer(self.rows.into())]).await
});
