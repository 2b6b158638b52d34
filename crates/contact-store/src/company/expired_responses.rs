//! Removes expired stored responses.

use contact_model::{Timestamp, idempotency};

use super::operation::operation;
use crate::connection::Value;

/// Removes responses of any company that were stored before a time, the oldest first, and the usage counts of the
/// hours before it. Returns the number of removed responses. Expired responses are never returned again in any
/// case, so this only frees space.
#[derive(Debug, Clone, Copy)]
pub struct RemoveExpiredResponses {
    /// The time.
    pub stored_before: Timestamp,
    /// The most responses to remove.
    pub rows: u32,
}

operation!(RemoveExpiredResponses => u64, writes_for: None, |self, connection, _clock| {
    let hour = Value::Integer(idempotency::hour_of(self.stored_before));
    connection.execute("DELETE FROM stored_answer_usage WHERE hour < $1", &[hour]).await?;
    connection
        .execute(
            "DELETE FROM stored_answers WHERE (company_id, name) IN (
                 SELECT company_id, name FROM stored_answers WHERE created_at < $1
                 ORDER BY created_at, company_id, name LIMIT $2
             )",
            &[Value::time(self.stored_before), Value::Integer(self.rows.into())],
        )
        .await
});
