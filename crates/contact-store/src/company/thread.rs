//! A contact's threads, page by page.

use chrono::{DateTime, Utc};
use contact_model::{AgentThread, CompanyId, ContactId, ThreadCursor};
use uuid::Uuid;

use super::Page;
use super::operation::operation;
use super::survivor::find_survivor;
use crate::connection::{Row, Value};
use crate::{Result, StoreError};

/// Reads a page of a contact's threads, the newest first.
#[derive(Debug, Clone, Copy)]
pub struct ListThreads {
    /// The company.
    pub company_id: CompanyId,
    /// The contact.
    pub contact_id: ContactId,
    /// The cursor of the page, or `None` to begin with the newest thread.
    pub cursor: Option<ThreadCursor>,
    /// The maximum number of threads on the page.
    pub size: u16,
}

operation!(ListThreads => Page<AgentThread>, reads, |self, connection, _clock| {
    let (company, contact) = (Value::uuid(self.company_id), Value::uuid(self.contact_id));
    // A deleted contact keeps its threads, so the existence of threads does not prove that the contact exists.
    let find = "SELECT id FROM contacts WHERE company_id = $1 AND id = $2 AND deleted_at IS NULL";
    let found = connection.query_one(find, &[company, contact], |row| row.uuid(0)).await?;
    if found.is_none() {
        let survivor = find_survivor(connection, (self.company_id, self.contact_id)).await?;
        return Err(survivor.map_or(StoreError::ContactNotFound, |into| StoreError::ContactMerged { into }));
    }
    // All threads come after a cursor with the latest time.
    let newest = ThreadCursor { created_at: DateTime::<Utc>::MAX_UTC.into(), id: Uuid::max().into() };
    let ThreadCursor { created_at, id } = self.cursor.unwrap_or(newest);
    let sql = "SELECT t.id, a.name, a.id, t.kind, t.status, t.direction, t.duration, t.created_at
         FROM agent_threads t JOIN agents a ON a.company_id = t.company_id AND a.id = t.agent_id
         WHERE t.company_id = $1 AND t.contact_id = $2 AND (t.created_at, t.id) < ($3, $4)
         ORDER BY t.created_at DESC, t.id DESC LIMIT $5";
    let values = [company, contact, Value::time(created_at), Value::uuid(id)];
    Page::read(connection, sql, &values, self.size, |row| read_thread(row, 0)).await
});

/// Reads a thread whose columns begin at `first`: id, agent's name, agent's id, type, status, direction, duration,
/// and time.
pub(crate) fn read_thread(row: &dyn Row, first: usize) -> Result<AgentThread> {
    Ok(AgentThread {
        id: row.uuid(first)?.into(),
        agent_name: row.text(first + 1)?,
        agent_id: row.uuid(first + 2)?.into(),
        kind: row.text(first + 3)?,
        status: row.text(first + 4)?,
        direction: row.text(first + 5)?,
        duration: row.real(first + 6)?,
        created_at: row.time(first + 7)?,
    })
}
