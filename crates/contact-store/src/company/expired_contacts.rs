//! Deleted contacts whose retention period is over.

use contact_model::{CompanyId, ContactId, Timestamp};

use super::operation::operation;
use crate::connection::Value;

/// Lists contacts of any company that were deleted before a time, the earliest deletion first.
#[derive(Debug, Clone, Copy)]
pub struct ListExpiredContacts {
    /// The time.
    pub deleted_before: Timestamp,
    /// The most contacts to list.
    pub rows: u32,
}

operation!(ListExpiredContacts => Vec<(CompanyId, ContactId)>, reads, |self, connection, _clock| {
    connection
        .query(
            "SELECT company_id, id FROM contacts WHERE deleted_at IS NOT NULL AND deleted_at < $1
             ORDER BY deleted_at, company_id, id LIMIT $2",
            &[Value::time(self.deleted_before), Value::Integer(self.rows.into())],
            |row| Ok((row.uuid(0)?.into(), row.uuid(1)?.into())),
        )
        .await
});
