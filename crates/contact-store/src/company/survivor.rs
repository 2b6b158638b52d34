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

const SURVIVOR: &str = "WITH RECURSIVE chain (id, merged_into) AS (
         SELECT id, merged_into FROM contacts WHERE company_id = $1 AND id = $2 AND merged_into IS NOT NULL
         UNION ALL
         SELECT c.id, c.merged_into FROM chain JOIN contacts c ON c.company_id = $1 AND c.id = chain.merged_into
     )
     SELECT id FROM chain WHERE merged_into IS NULL";
/// Returns the contact that a contact was merged into, also through others.
pub(crate) async fn find_survivor<C: Connection>(
    connection: &mut C,
    (company, contact): (CompanyId, ContactId),
) -> Result<Option<ContactId>> {
    let values = [Value::uuid(company), Value::uuid(contact)];
    connection.query_one(SURVIVOR, &values, |row| row.uuid(0).map(ContactId)).await
}
