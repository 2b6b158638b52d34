//! The log entries that a transaction adds. They are collected while the writes are applied, and stored at the end of
//! the transaction, because the counter of a company's entries is locked from then until the commit.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use contact_model::changes::{ChangeAction, FieldChanges};
use contact_model::{CompanyId, Timestamp};
use uuid::Uuid;

use super::record::{ContactRecord, ContactRef};
use crate::company::Origin;
use crate::{Result, StoreError};

/// The changed fields of an entry that has none, or whose values were removed.
pub(crate) const NO_CHANGES: &str = "{}";

/// The entries that a transaction adds to the logs of companies.
#[derive(Debug, Default)]
pub(crate) struct ChangeLog {
    /// The entries, in the order of the writes.
    pub(crate) entries: Vec<LogEntry>,
    /// The number of entries of each company. The order of the map is the order in which the counters are locked.
    pub(crate) counts: BTreeMap<CompanyId, i64>,
    /// The changed contacts.
    pub(crate) contacts: BTreeMap<ContactRef, LoggedContact>,
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
    /// The number of the contact's previous entry in the transaction. `None` if that is stored, or if the contact was
    /// created, because then it has none.
    pub(crate) previous: Option<i64>,
    /// The changed fields, as JSON.
    pub(crate) changed: String,
    pub(crate) salt: Uuid,
}

/// A contact that the transaction changed, with its places in the list of latest changes before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LoggedContact {
    /// The place before the transaction. `None` if the contact is new.
    pub(crate) before: Option<LatestChange>,
    /// The place after the transaction. `None` if the contact is erased.
    pub(crate) after: Option<LatestChange>,
    /// The number of its last entry in the transaction.
    pub(crate) last: i64,
    /// True if the contact was erased, even if another contact with its id was inserted afterwards.
    pub(crate) was_erased: bool,
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
    pub(super) changed: &'a FieldChanges,
    pub(super) salt: Uuid,
}

impl ChangeLog {
    /// Returns true if there are no entries.
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns the erased contacts that have stored entries.
    pub(super) fn erased(&self) -> impl Iterator<Item = (ContactRef, LatestChange)> {
        let erased = self.contacts.iter().filter(|(_, contact)| contact.was_erased);
        erased.filter_map(|(key, contact)| Some((*key, contact.before?)))
    }

    /// Adds the entry of a change. If the change erased the contact, removes the values from its earlier entries of the
    /// transaction.
    pub(super) fn add(&mut self, origin: &Arc<Origin>, change: LoggedChange<'_>) -> Result<()> {
        let LoggedChange { contact, action, at, before, after, changed, salt } = change;
        let count = self.counts.entry(contact.0).or_default();
        *count += 1;
        let (number, after) = (*count, after.map(LatestChange::of));
        let is_erased = action == ChangeAction::Erased;
        let previous = match self.contacts.entry(contact) {
            Entry::Occupied(mut known) => {
                let known = known.get_mut();
                known.after = after;
                known.was_erased |= is_erased;
                Some(std::mem::replace(&mut known.last, number))
            }
            Entry::Vacant(new) => {
                let before = before.map(LatestChange::of);
                new.insert(LoggedContact { before, after, last: number, was_erased: is_erased });
                None
            }
        };
        if is_erased {
            for entry in self.entries.iter_mut().filter(|entry| entry.contact == contact) {
                entry.changed = NO_CHANGES.to_owned();
            }
        }
        let changed = serde_json::to_string(changed).map_err(StoreError::unavailable)?;
        self.entries.push(LogEntry {
            contact,
            number,
            action,
            at,
            origin: Arc::clone(origin),
            previous: previous.filter(|_| action != ChangeAction::Created),
            changed,
            salt,
        });
        Ok(())
    }
}

impl LatestChange {
    /// Returns the place of a contact.
    pub(crate) fn of(record: &ContactRecord) -> Self {
        Self { is_deleted: record.is_deleted(), updated_at: record.updated_at }
    }
}
