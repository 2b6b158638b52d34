//! Reads the history of a contact: its entries in the log, from the latest backwards.

use contact_model::changes::{ChangeEntry, ChangeKey, HistoryCursor};
use contact_model::{ApiKeyId, CompanyId, ContactId};

use super::entry_chain::entry_chain;
use crate::company::Page;
use crate::company::operation::operation;
use crate::connection::{Row, Value, parse_stored};
use crate::{Result, StoreError};

/// Reads a page of a contact's history, the latest change first. The contact may be deleted, but not erased.
#[derive(Debug, Clone, Copy)]
pub struct ReadHistory {
    /// The company.
    pub company_id: CompanyId,
    /// The contact.
    pub contact_id: ContactId,
    /// The cursor of the page, or `None` to begin with the latest change.
    pub cursor: Option<HistoryCursor>,
    /// The maximum number of changes on the page.
    pub size: u16,
}

const LATEST: &str = "SELECT l.sequence
     FROM contacts c JOIN latest_changes l ON l.company_id = c.company_id
         AND l.is_deleted = (c.deleted_at IS NOT NULL) AND l.updated_at = c.updated_at AND l.contact_id = c.id
     WHERE c.company_id = $1 AND c.id = $2";
const PREVIOUS: &str =
    "SELECT previous FROM changes WHERE company_id = $1 AND contact_id = $2 AND sequence = $3";
operation!(ReadHistory => Page<ChangeEntry>, reads, |self, connection, _clock| {
    let contact = [Value::uuid(self.company_id), Value::uuid(self.contact_id)];
    let latest = connection.query_one(LATEST, &contact, |row| row.integer(0)).await?;
    let latest = latest.ok_or(StoreError::ContactNotFound)?;
    let first = match self.cursor {
        None => latest,
        Some(HistoryCursor { sequence }) => {
            let values = [contact[0], contact[1], Value::Integer(sequence)];
            connection.query_one(PREVIOUS, &values, |row| row.integer(0)).await?.unwrap_or_default()
        }
    };
    let values = [contact[0], contact[1], Value::Integer(first)];
    let history = entry_chain!(
        C::DIALECT,
        "c.sequence, c.contact_id, c.action, c.at, c.key_id, k.name, c.request_id, c.changed",
        "LEFT JOIN api_keys k ON k.company_id = $1 AND k.id = c.key_id"
    );
    Page::read(connection, history, &values, self.size, read_entry).await
});

/// Reads an entry: its number, contact, action, time, key, name of the key, request and changed fields.
fn read_entry(row: &dyn Row) -> Result<ChangeEntry> {
    let name = row.optional_text(5)?;
    Ok(ChangeEntry {
        sequence: row.integer(0)?,
        contact_id: row.optional_uuid(1)?.map(ContactId),
        action: parse_stored(&row.text(2)?)?,
        at: row.time(3)?,
        key: row.optional_uuid(4)?.map(|id| ChangeKey { id: ApiKeyId(id), name }),
        request_id: row.optional_text(6)?,
        changed: serde_json::from_str(&row.text(7)?).map_err(StoreError::unavailable)?,
    })
}
