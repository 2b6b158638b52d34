//! Reads contacts from SQLite on the calling thread. Each statement finds its rows by an index and takes
//! microseconds.

use super::connection::SqliteConnection;
use crate::connection::Value;
use crate::contacts::columns::contact_columns;
use crate::contacts::lookup::{ContactLookup, FoundContact, ReadContact};
use crate::{Result, StoreError};

const GET: &str = concat!(
    "SELECT ",
    contact_columns!(),
    ", a.id, a.name, a.active, a.version
     FROM contacts c LEFT JOIN agents a ON a.company_id = c.company_id AND a.id = c.active_agent_id
     WHERE c.company_id = $1 AND c.id = $2 AND c.deleted_at IS NULL"
);
const RECENT_THREADS: &str = "SELECT (SELECT version FROM contacts WHERE company_id = $1 AND id = $2),
         t.id, a.name, a.id, t.kind, t.status, t.direction, t.duration, t.created_at, a.version
     FROM agent_threads t JOIN agents a ON a.company_id = t.company_id AND a.id = t.agent_id
     WHERE t.company_id = $1 AND t.contact_id = $2 ORDER BY t.created_at DESC, t.id DESC LIMIT 3";
const NAMED_VALUES: &str = "SELECT c.version, f.name, v.value, f.version
     FROM contacts c
     LEFT JOIN custom_field_values v ON v.company_id = c.company_id AND v.contact_id = c.id
     LEFT JOIN custom_fields f ON f.company_id = v.company_id AND f.id = v.field_id
     WHERE c.company_id = $1 AND c.id = $2";

/// Reads a contact. Returns `None` if the company has no such contact.
pub(super) fn get(connection: &mut SqliteConnection, lookup: &ContactLookup) -> Result<Option<ReadContact>> {
    match read(connection, lookup) {
        // The contact changed between two statements. In a transaction they see it as of one moment.
        Err(StoreError::Conflict(_)) => connection.in_snapshot(|connection| read(connection, lookup)),
        outcome => outcome,
    }
}

fn read(connection: &mut SqliteConnection, lookup: &ContactLookup) -> Result<Option<ReadContact>> {
    let key = [Value::uuid(lookup.company_id), Value::uuid(lookup.id)];
    let Some(mut found) = connection.one(GET, &key, FoundContact::read)? else { return Ok(None) };
    if found.has_threads() {
        connection.for_each(RECENT_THREADS, &key, |row| found.add_thread(row, 0))?;
    }
    if lookup.include.custom_fields {
        connection.for_each(NAMED_VALUES, &key, |row| found.add_value(row, 0))?;
    }
    Ok(Some(found.into_read(lookup.include)))
}
