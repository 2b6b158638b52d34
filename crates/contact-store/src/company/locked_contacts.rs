//! Locks the contacts that a refusal mentions, in the transaction that stores the response of the refusal.

use std::collections::BTreeSet;

use contact_model::{CompanyId, ContactId};

use super::operation::operation;
use crate::StoreError;
use crate::connection::{Connection, Dialect, Value};

const FIND: &str = "SELECT id FROM contacts WHERE company_id = $1 AND id = $2";
const FIND_LOCKED: &str = "SELECT id FROM contacts WHERE company_id = $1 AND id = $2 FOR KEY SHARE";

/// Returns which contacts of a refusal exist, deleted or not, and prevents their erasure until the response is
/// stored. An erasure must not leave responses with data of the contact behind.
#[derive(Debug, Clone)]
pub struct LockMentionedContacts {
    /// The company that the contacts belong to.
    pub company_id: CompanyId,
    /// The contacts that the refusal mentions.
    pub mentioned: BTreeSet<ContactId>,
    /// The contact that the request was for.
    pub requested: Option<ContactId>,
}

operation!(LockMentionedContacts => BTreeSet<ContactId>, writes_for: Some(self.company_id), |self, connection, _clock| {
    // In the order of their ids, in which sets of writes lock them too.
    let all: BTreeSet<ContactId> = self.mentioned.iter().chain(&self.requested).copied().collect();
    let mut locked = BTreeSet::new();
    for contact in all {
        if lock(connection, self.company_id, contact).await? {
            locked.insert(contact);
        }
    }
    if self.mentioned.is_subset(&locked) { Ok(locked) } else { Err(StoreError::ContactNotFound) }
});

async fn lock<C: Connection>(
    connection: &mut C,
    company: CompanyId,
    id: ContactId,
) -> Result<bool, StoreError> {
    let find = match C::DIALECT {
        Dialect::Sqlite => FIND,
        Dialect::Postgres => FIND_LOCKED,
    };
    let found =
        connection.query_one(find, &[Value::uuid(company), Value::uuid(id)], |row| row.uuid(0)).await?;
    Ok(found.is_some())
}
