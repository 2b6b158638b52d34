//! Reading contacts from SQLite, on the thread that asks: each statement finds its rows by index and
//! takes microseconds.

use std::collections::BTreeMap;

use contact_model::{AgentThread, ContactDetail, JsonText};

use super::connection::SqliteConnection;
use crate::StoreError;
use crate::connection::Value;
use crate::contacts::lookup::{ContactLookup, FoundContact, read_thread};
use crate::contacts::record::contact_columns;

const GET: &str = concat!(
    "SELECT ",
    contact_columns!(),
    ", a.id, a.name, a.active
     FROM contacts c LEFT JOIN agents a ON a.company_id = c.company_id AND a.id = c.active_agent_id
     WHERE c.company_id = $1 AND c.id = $2 AND c.deleted_at IS NULL"
);
const RECENT_THREADS: &str =
    "SELECT t.id, a.name, a.id, t.kind, t.status, t.direction, t.duration, t.created_at
     FROM agent_threads t JOIN agents a ON a.company_id = t.company_id AND a.id = t.agent_id
     WHERE t.company_id = $1 AND t.contact_id = $2 ORDER BY t.created_at DESC, t.id DESC LIMIT 3";
const NAMED_VALUES: &str = "SELECT f.name, v.value
     FROM custom_field_values v JOIN custom_fields f ON f.company_id = v.company_id AND f.id = v.field_id
     WHERE v.company_id = $1 AND v.contact_id = $2";

/// Reads a contact; `None` where the company has no such contact.
pub(super) fn get(
    connection: &mut SqliteConnection,
    lookup: &ContactLookup,
) -> Result<Option<ContactDetail>, StoreError> {
    let key = [Value::uuid(lookup.company_id), Value::uuid(lookup.id)];
    let Some(found) = connection.one(GET, &key, FoundContact::read)? else { return Ok(None) };
    let mut threads: Vec<AgentThread> = Vec::new();
    if found.has_threads() {
        connection.for_each(RECENT_THREADS, &key, |row| {
            threads.push(read_thread(row, 0)?);
            Ok(())
        })?;
    }
    let mut custom_fields = BTreeMap::new();
    if lookup.include.custom_fields {
        connection.for_each(NAMED_VALUES, &key, |row| {
            custom_fields.insert(row.text(0)?, JsonText::from_stored(row.text(1)?));
            Ok(())
        })?;
    }
    Ok(Some(found.into_detail(threads, custom_fields, lookup.include)))
}

/// Asks the database for an answer.
pub(super) fn check(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    connection.for_each("SELECT 1 FROM companies LIMIT 1", &[], |_| Ok(()))
}
