//! Finds the changes that a request undoes. The log is read backwards, in parts.

use std::collections::BTreeSet;
use std::sync::Arc;

use contact_model::changes::revert::{NetChange, RevertChanges, RevertCursor, SelectableChange};
use contact_model::{ApiKeyId, CompanyId, ContactId, Timestamp};

use super::entry_chain::entry_chain;
use super::history::LATEST;
use crate::company::changes::stored_entry::StoredEntry;
use crate::company::operation::operation;
use crate::connection::{Connection, Row, Value};
use crate::{Result, StoreError};

/// Finds contacts with selected changes, and what these did together.
#[derive(Debug, Clone)]
pub(crate) struct FindSelectedChanges {
    pub(crate) company_id: CompanyId,
    pub(crate) selection: Arc<RevertChanges>,
    /// Where the previous part ended. `None` to begin with the latest change.
    pub(crate) cursor: Option<RevertCursor>,
}

/// A part of the selected changes.
#[derive(Debug, Clone, Default)]
pub(crate) struct SelectedChanges {
    /// The contacts, and what the changes did together. `None` if the contact was erased.
    pub(crate) contacts: Vec<(ContactId, Option<NetChange>)>,
    /// The number of selected changes that concern all contacts.
    pub(crate) of_all_contacts: usize,
    /// Where the next part begins. `None` if this is the last one.
    pub(crate) next: Option<RevertCursor>,
}

/// The most contacts of a part.
const CONTACTS: usize = 250;
/// The most entries of the log that a part reads, apart from the history of its last contact.
const ENTRIES: usize = 50_000;
/// The most bytes of values of a part, apart from those of its last contact.
const BYTES: usize = 4 * 1024 * 1024;
/// The number of entries that are read with one statement.
const RANGE: i64 = 10_000;
/// The number of entries of a contact that are read with one statement.
const CHAIN: i64 = 100;
/// An entry may have an earlier time than one before it by less than this, because a time is taken when a change is
/// applied, and a number when it is committed.
const DISORDER: i64 = 60 * 60 * 1_000_000;

const SCAN: &str = "SELECT sequence, contact_id, at, key_id, request_id, operation_id FROM changes
     WHERE company_id = $1 AND sequence <= $2 AND sequence > $3 ORDER BY sequence DESC";
const LATEST_OF_COMPANY: &str = "SELECT sequence FROM change_counters WHERE company_id = $1";

operation!(FindSelectedChanges => SelectedChanges, reads, |self, connection, _clock| {
    let mut cursor = match self.cursor {
        Some(cursor) => cursor,
        None => {
            let company = [Value::uuid(self.company_id)];
            let latest = connection.query_one(LATEST_OF_COMPANY, &company, |row| row.integer(0)).await?;
            let through = latest.unwrap_or_default();
            RevertCursor { through, next: through }
        }
    };
    let Self { company_id, selection, .. } = self;
    let mut search = Search { company: *company_id, selection, through: cursor.through, entries: 0, bytes: 0 };
    if let Some(contact) = selection.contact_id {
        let history = search.read_history(connection, contact).await?.ok_or(StoreError::ContactNotFound)?;
        let found = history.latest_selected.map(|_| (contact, Some(history.net)));
        return Ok(SelectedChanges { contacts: found.into_iter().collect(), ..SelectedChanges::default() });
    }
    if let Some(sequence) = selection.sequence {
        cursor.next = cursor.next.min(sequence);
    }
    search.scan(connection, cursor.next).await
});

/// A search for selected changes.
struct Search<'s> {
    company: CompanyId,
    selection: &'s RevertChanges,
    /// The number of the latest change that can be selected.
    through: i64,
    /// The number of entries that were read.
    entries: usize,
    /// The bytes of the selected values.
    bytes: usize,
}

/// The selected changes of a contact.
#[derive(Default)]
struct SelectedHistory {
    net: NetChange,
    /// The number of the latest of them.
    latest_selected: Option<i64>,
}

impl Search<'_> {
    /// Reads the log backwards from the change with this number, until the part is large enough.
    async fn scan<C: Connection>(mut self, connection: &mut C, mut next: i64) -> Result<SelectedChanges> {
        let mut found = SelectedChanges::default();
        let mut seen = BTreeSet::new();
        while next > 0 && self.entries < ENTRIES {
            let end = if self.selection.sequence.is_some() { next - 1 } else { (next - RANGE).max(0) };
            let values = [Value::uuid(self.company), Value::Integer(next), Value::Integer(end)];
            let entries = connection.query(SCAN, &values, ScannedEntry::read).await?;
            self.entries += entries.len();
            let is_selected = |entry: &&ScannedEntry| self.selects(&entry.selectable());
            let selected: Vec<_> = entries.iter().filter(is_selected).collect();
            for entry in selected {
                let Some(contact) = entry.contact_id else {
                    found.of_all_contacts += 1;
                    continue;
                };
                if !seen.insert(contact) {
                    continue;
                }
                match self.read_history(connection, contact).await? {
                    // A part before this one has undone all selected changes of the contact.
                    Some(history) if history.latest_selected > Some(entry.sequence) => {}
                    Some(history) if history.latest_selected.is_some() => {
                        found.contacts.push((contact, Some(history.net)));
                    }
                    // The entry is of a contact that was erased, perhaps before another one with its id was inserted.
                    _ => found.contacts.push((contact, None)),
                }
                if found.contacts.len() >= CONTACTS || self.entries >= ENTRIES || self.bytes >= BYTES {
                    found.next = self.continue_after(entry.sequence - 1);
                    return Ok(found);
                }
            }
            // The numbers have no gaps, so there are no earlier entries if fewer were read.
            let is_complete = entries.len() as i64 == next - end;
            let is_too_early = |entry: &ScannedEntry| self.is_before_selection(entry.at);
            if !is_complete || entries.last().is_some_and(is_too_early) || self.selection.sequence.is_some() {
                return Ok(found);
            }
            next = end;
        }
        found.next = self.continue_after(next);
        Ok(found)
    }

    fn continue_after(&self, next: i64) -> Option<RevertCursor> {
        let has_more = next > 0 && self.selection.sequence.is_none();
        has_more.then_some(RevertCursor { through: self.through, next })
    }

    /// Reads the selected changes of a contact. Returns `None` if it does not exist.
    async fn read_history<C: Connection>(
        &mut self,
        connection: &mut C,
        contact: ContactId,
    ) -> Result<Option<SelectedHistory>> {
        let [company, contact] = [Value::uuid(self.company), Value::uuid(contact)];
        let latest = connection.query_one(LATEST, &[company, contact], |row| row.integer(0)).await?;
        let Some(mut next) = latest else { return Ok(None) };
        let mut history = SelectedHistory::default();
        while next > 0 {
            let values = [company, contact, Value::Integer(next), Value::Integer(CHAIN)];
            let entries = connection.query(entry_chain!(C::DIALECT), &values, StoredEntry::read).await?;
            self.entries += entries.len();
            let last = entries.last().filter(|last| !self.is_before_selection(last.at));
            next = last.map_or(0, |last| last.previous);
            for entry in entries {
                if self.selects(&selectable(&entry)) {
                    self.bytes += entry.changed.len();
                    history.latest_selected = history.latest_selected.max(Some(entry.sequence));
                    let changed = serde_json::from_str(&entry.changed).map_err(StoreError::unavailable)?;
                    history.net.add_earlier(entry.action, changed);
                }
            }
        }
        Ok(Some(history))
    }

    fn selects(&self, change: &SelectableChange<'_>) -> bool {
        change.sequence <= self.through && self.selection.selects(change)
    }

    /// Returns true if an entry with this time, and all entries before it, are earlier than the selected ones.
    fn is_before_selection(&self, at: Timestamp) -> bool {
        self.selection.from.is_some_and(|from| at.as_micros() < from.as_micros() - DISORDER)
    }
}

fn selectable(entry: &StoredEntry) -> SelectableChange<'_> {
    SelectableChange {
        sequence: entry.sequence,
        contact_id: entry.contact_id,
        at: entry.at,
        key_id: entry.key_id,
        request_id: entry.request_id.as_deref(),
        operation_id: entry.operation_id.as_deref(),
    }
}

/// The columns by which an entry is selected.
struct ScannedEntry {
    sequence: i64,
    contact_id: Option<ContactId>,
    at: Timestamp,
    key_id: Option<ApiKeyId>,
    request_id: Option<String>,
    operation_id: Option<String>,
}

impl ScannedEntry {
    fn read(row: &dyn Row) -> Result<Self> {
        Ok(Self {
            sequence: row.integer(0)?,
            contact_id: row.optional_uuid(1)?.map(ContactId),
            at: row.time(2)?,
            key_id: row.optional_uuid(3)?.map(ApiKeyId),
            request_id: row.optional_text(4)?,
            operation_id: row.optional_text(5)?,
        })
    }

    fn selectable(&self) -> SelectableChange<'_> {
        let Self { sequence, contact_id, at, key_id, request_id, operation_id } = self;
        SelectableChange {
            sequence: *sequence,
            contact_id: *contact_id,
            at: *at,
            key_id: *key_id,
            request_id: request_id.as_deref(),
            operation_id: operation_id.as_deref(),
        }
    }
}
