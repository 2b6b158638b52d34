//! The contact that a contact was merged into.

use contact_model::{CompanyId, ContactId};

use super::operation::operation;
use crate::Result;
use crate::connection::{Connection, Value};

/// Returns the contact that a contact was merged into, also through others. Returns `None` if it was not merged, or does
/// not exist.
#[derive(Debug, Clone, Copy)]
pub struct FindSurvivor {
    /// The company.
    pub company_id: CompanyId,
    /// The contact that may have been merged.
    pub contact_id: ContactId,
}

operation!(FindSurvivor => Option<ContactId>, reads, |self, connection, _clock| {
    find_survivor(connection, (self.company_id, self.contact_id)).await
});

const MERGED_INTO: &str = "SELECT merged_into FROM contacts WHERE company_id = $1 AND id = $2";

/// Returns the contact that a contact was merged into, also through others.
pub(crate) async fn find_survivor<C: Connection>(
    connection: &mut C,
    (company, contact): (CompanyId, ContactId),
) -> Result<Option<ContactId>> {
    let mut survivor = None;
    loop {
        let values = [Value::uuid(company), Value::uuid(survivor.unwrap_or(contact))];
        let merged_into = connection.query_one(MERGED_INTO, &values, |row| row.optional_uuid(0)).await?;
        match merged_into.flatten() {
            Some(next) => survivor = Some(ContactId(next)),
            None => return Ok(survivor),
        }
    }
}
