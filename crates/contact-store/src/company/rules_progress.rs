//! Records which contacts of a company are up to date with the program's rules for computed values: matching keys,
//! words and sort keys of names.

use contact_model::{CompanyId, ContactId};

use crate::Result;
use crate::connection::{Connection, Value};

/// The version of the rules. Increase it with every change after which [`contact_model::phone::key`],
/// [`contact_model::email::key`], [`contact_model::search::words`] or
/// [`contact_model::search::name_key`] returns another result for a text that
/// a contact may have. Then every contact is updated as soon as a server opens the database. Version 3 adds the first
/// entries of the log of changes.
pub(crate) const RULES: i64 = 3;

const SET_PROGRESS: &str = "INSERT INTO contact_rules (company_id, version, done_to) VALUES ($1, $2, $3)
     ON CONFLICT (company_id) DO UPDATE SET version = excluded.version, done_to = excluded.done_to";

/// Records that the contacts of a company are up to date: those up to `done_to`, or all if it is `None`.
pub(crate) async fn set_progress<C: Connection>(
    connection: &mut C,
    company: CompanyId,
    done_to: Option<ContactId>,
) -> Result<()> {
    let values = [Value::uuid(company), Value::Integer(RULES), Value::Uuid(done_to.map(Into::into))];
    connection.execute(SET_PROGRESS, &values).await.map(|_| ())
}
