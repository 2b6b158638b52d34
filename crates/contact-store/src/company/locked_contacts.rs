//! Locks the contacts that a refusal mentions, in the transaction that stores the response of the refusal.

use std::collections::BTreeSet;

use contact_model::{CompanyId, ContactId};

use super::operation::operation;
use crate::StoreError;
use crate::connection::{Connection, Dialect, Value};

const FIND: &str = "SELECT id FROM contacts WHERE company_id = $1 AND id = $2";
const FIND_LOCKED: &str = "SELECT id FROM contacts WHERE company_id = $1 AND id = $2 FOR KEY SHARE";

/// Returns which contacts of a refusal exist, deleted or not, and prevents their erasure until the response is
/// stored. After an erasure, no stored response may contain data of the contact.
#[derive(Debug, Clone)]
pub struct LockMentionedContacts {
    /// The company that the contacts belong to.
    pub company_id: CompanyId,
    /// The contacts that the refusal mentions.
    pub mentioned: BTreeSet<ContactId>,
    /// The contact that the request was for.
    pub requested: Option<ContactId>,
}

operation!(LockMentionedContacts => BTreeSet<ContactId>, takes_turn_of: Some(self.company_id), |self, connection, _clock| {
    // In the order of their ids, in which sets of writes lock them too.
    let all: BTreeSet<ContactId> = self.mentioned.iter().chain(&self.requested).copied().collect();
    let mut locked = BTreeSet::new();
    for contact in all {
        let key = [Value::uuid(self.company_id), Value::uuid(contact)];
        let found = connection.query_one(find_statement(connection), &key, |row| row.uuid(0)).await?;
        locked.extend(found.map(ContactId));
    }
    if self.mentioned.is_subset(&locked) { Ok(locked) } else { Err(StoreError::ContactNotFound) }
});

/// Returns the statement that finds a contact. Locks no row on SQLite, because a transaction that writes locks the
/// whole file.
fn find_statement<C: Connection>(_: &C) -> &'static str {
    match C::DIALECT {
        Dialect::Sqlite => FIND,
        Dialect::Postgres => FIND_LOCKED,
    }
}
