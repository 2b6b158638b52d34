//! Locks the contacts that a refusal mentions, in the transaction that stores the response of the refusal.

use std::collections::BTreeSet;

use contact_model::{CompanyId, ContactId};

use crate::StoreError;
use crate::connection::{Connection, Dialect, Value};
use crate::directory::operation;

const FIND: &str = "SELECT id FROM contacts WHERE company_id = $1 AND id = $2";
const FIND_LOCKED: &str = "SELECT id FROM contacts WHERE company_id = $1 AND id = $2 FOR KEY SHARE";

/// Returns which contacts of a refusal exist, deleted or not, and prevents their erasure until the response is
/// stored. An erasure must not leave responses with data of the contact behind.
#[derive(Debug, Clone)]
pub struct HoldContacts {
    /// The company that the contacts belong to.
    pub company_id: CompanyId,
    /// The contacts that the refusal mentions.
    pub named: BTreeSet<ContactId>,
    /// The contact that the request was for.
    pub asked_for: Option<ContactId>,
}

operation!(HoldContacts => BTreeSet<ContactId>, writes_for: Some(self.company_id), |self, connection, _clock| {
    // In the order of their ids, in which sets of writes lock them too.
    let all: BTreeSet<ContactId> = self.named.iter().chain(&self.asked_for).copied().collect();
    let mut held = BTreeSet::new();
    for contact in all {
        if hold(connection, self.company_id, contact).await? {
            held.insert(contact);
        }
    }
    if self.named.is_subset(&held) { Ok(held) } else { Err(StoreError::ContactNotFound) }
});

async fn hold<C: Connection>(
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
