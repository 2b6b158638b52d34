//! The log entries that a transaction adds. They are collected while the writes are applied, and stored at the end of
//! the transaction, because the counter of a company's entries is locked from then until the commit.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use contact_model::changes::ChangeAction;
use contact_model::{CompanyId, Timestamp};
use uuid::Uuid;

use super::record::{ContactRecord, ContactRef};
use crate::company::Origin;

/// The changed fields of an entry that has none, or whose values were removed.
pub(crate) const NO_CHANGES: &str = "{}";

/// The entries that a transaction adds to the logs of companies.
#[derive(Debug, Default)]
pub(crate) struct ChangeLog {
    /// The entries, in the order of the writes.
    pub(crate) entries: Vec<LogEntry>,
    /// The number of entries of each company. The order of the map is the order in which the counters are locked.
    pub(crate) counts: BTreeMap<CompanyId, i64>,
    /// The index of the first entry of each contact.
    first_entries: HashMap<ContactRef, usize>,
}

/// An entry that has no sequence number yet.
#[derive(Debug)]
pub(crate) struct LogEntry {
    pub(crate) contact: ContactRef,
    /// The number among the company's entries of the transaction, counted from 1.
    pub(crate) number: i64,
    pub(crate) action: ChangeAction,
    pub(crate) at: Timestamp,
    pub(crate) origin: Arc<Origin>,
    /// The number of the contact's previous entry in the transaction, if it has one.
    pub(crate) previous: Option<i64>,
    /// How the contact moves in the list of latest changes. Only the contact's first entry in the transaction has this.
    /// Its previous entry is the one that the list names before the transaction.
    pub(crate) moved: Option<LatestMove>,
    /// The changed fields, as JSON.
    pub(crate) changed: String,
    pub(crate) salt: Uuid,
}

/// A contact's places in the list of latest changes before and after the transaction.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LatestMove {
    /// The place before the transaction. `None` if the contact is new.
    pub(crate) before: Option<LatestChange>,
    /// The place after the transaction. `None` if the contact is erased.
    pub(crate) after: Option<LatestChange>,
    /// The number of the contact's last entry in the transaction.
    pub(crate) last: i64,
    /// True if the contact was erased, even if another contact with its id was inserted afterwards.
    was_erased: bool,
}

/// The place of a contact in the list of latest changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LatestChange {
    pub(crate) is_deleted: bool,
    pub(crate) updated_at: Timestamp,
}

/// A change of a contact.
pub(super) struct LoggedChange<'a> {
    pub(super) contact: ContactRef,
    pub(super) action: ChangeAction,
    pub(super) at: Timestamp,
    pub(super) before: Option<&'a ContactRecord>,
    pub(super) after: Option<&'a ContactRecord>,
    /// The changed fields, as JSON.
    pub(super) changed: String,
    pub(super) salt: Uuid,
}

impl ChangeLog {
    /// Returns true if there are no entries.
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns the erased contacts that have stored entries.
    pub(super) fn erased(&self) -> impl Iterator<Item = (ContactRef, LatestChange)> {
        self.entries.iter().filter_map(|entry| {
            let moved = entry.moved.filter(|moved| moved.was_erased)?;
            Some((entry.contact, moved.before?))
        })
    }

    /// Adds the entry of a change. If the change erased the contact, removes the values from its earlier entries of the
    /// transaction.
    pub(super) fn add(&mut self, origin: &Arc<Origin>, change: LoggedChange<'_>) {
        let LoggedChange { contact, action, at, before, after, changed, salt } = change;
        let count = self.counts.entry(contact.0).or_default();
        *count += 1;
        let (number, after) = (*count, after.map(LatestChange::of));
        let was_erased = action == ChangeAction::Erased;
        let (mut previous, mut moved) = (None, None);
        match self.first_entries.entry(contact) {
            Entry::Vacant(new) => {
                new.insert(self.entries.len());
                let before = before.map(LatestChange::of);
                moved = Some(LatestMove { before, after, last: number, was_erased });
            }
            Entry::Occupied(first) => {
                let entries = &mut self.entries[*first.get()..];
                if was_erased {
                    for entry in entries.iter_mut().filter(|entry| entry.contact == contact) {
                        entry.changed = NO_CHANGES.to_owned();
                    }
                }
                if let Some(moved) = &mut entries[0].moved {
                    let last = std::mem::replace(&mut moved.last, number);
                    previous = (action != ChangeAction::Created).then_some(last);
                    moved.after = after;
                    moved.was_erased |= was_erased;
                }
            }
        }
        let origin = Arc::clone(origin);
        self.entries.push(LogEntry { contact, number, action, at, origin, previous, moved, changed, salt });
    }
}

impl LatestChange {
    /// Returns the place of a contact.
    pub(crate) fn of(record: &ContactRecord) -> Self {
        Self { is_deleted: record.is_deleted(), updated_at: record.updated_at }
    }
}
