//! Reads the history of a contact: its entries in the log, from the latest backwards.

use contact_model::changes::{ChangeEntry, HistoryCursor};
use contact_model::{CompanyId, ContactId};

use super::entry_chain::entry_chain;
use crate::company::Page;
use crate::company::changes::HashWalk;
use crate::company::changes::stored_entry::StoredEntry;
use crate::company::operation::operation;
use crate::connection::{Connection, Value};
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

/// Returns the number of a contact's latest entry.
pub(super) const LATEST: &str = "SELECT l.sequence
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
    let history = entry_chain!(C::DIALECT);
    let page = Page::read(connection, history, &values, self.size, StoredEntry::read).await?;
    let entries = with_hashes(connection, self.company_id, page.entries).await?;
    Ok(Page { entries, has_more: page.has_more })
});

/// Computes the hashes of entries, the latest of which comes first. An entry that was removed meanwhile is left out, with
/// all entries before it.
async fn with_hashes<C: Connection>(
    connection: &mut C,
    company: CompanyId,
    entries: Vec<StoredEntry>,
) -> Result<Vec<ChangeEntry>> {
    let mut hashed = Vec::with_capacity(entries.len());
    let mut walk: Option<HashWalk> = None;
    for entry in entries.into_iter().rev() {
        let stored = HashWalk::begin(connection, company, entry.sequence).await?;
        let mut current = match walk {
            // The walk has already passed the entry whose hash is stored.
            Some(walk) if walk.sequence >= stored.sequence => walk,
            _ => stored,
        };
        match current.walk_to(connection, entry.sequence, |_, _| Ok(())).await {
            Ok(()) => hashed.push(entry.with_hash(current.hash)?),
            Err(StoreError::ChangesRemoved) => hashed.clear(),
            Err(error) => return Err(error),
        }
        walk = Some(current);
    }
    hashed.reverse();
    Ok(hashed)
}
