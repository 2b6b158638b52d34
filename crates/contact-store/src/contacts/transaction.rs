//! The interfaces that a set of writes needs from a database. Each method takes the data of many writes. The methods
//! that lock and load run a statement even if there is nothing to lock or load, so they are not called then.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use contact_model::{AgentThread, CompanyId, ContactId, Country, CustomFieldId, JsonText};

use super::change_log::ChangeLog;
use super::derived_rows::{DerivedColumns, DerivedRows};
use super::merged_contacts::ThreadMove;
use super::record::ContactRecord;
pub(crate) use super::record::ContactRef;
use crate::connection::{Connection, DatabaseFuture};
use crate::idempotency::stored_responses::StoredResponses;

/// A key by which a create finds the existing contact.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct MatchingKey {
    pub(crate) company_id: CompanyId,
    pub(crate) kind: KeyKind,
    pub(crate) key: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum KeyKind {
    Phone,
    Email,
}

/// The value of a custom field of a contact.
#[derive(Debug, Clone)]
pub(crate) struct CustomFieldValue {
    pub(crate) contact: ContactRef,
    pub(crate) field_id: CustomFieldId,
    pub(crate) value: JsonText,
}

/// A thread to store.
#[derive(Debug, Clone)]
pub(crate) struct ThreadRow {
    pub(crate) contact: ContactRef,
    pub(crate) thread: AgentThread,
}

/// The keys that a set looks up, each with the number of contacts to look at: the oldest ones.
pub(crate) type KeyLookups = BTreeMap<MatchingKey, usize>;

/// A merged contact that has a matching key.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MergedMatch {
    pub(crate) id: ContactId,
    /// The contact that it was merged into, also through others.
    pub(crate) survivor: ContactId,
}

/// What writes need to know about a company.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CompanySettings {
    pub(crate) country: Country,
    /// True if a contact of the company was ever merged into another one.
    pub(crate) has_merged_contacts: bool,
}

/// The contacts that were found for a set.
#[derive(Debug, Default)]
pub(crate) struct LoadedContacts {
    /// The contacts, each once.
    pub(crate) records: BTreeMap<ContactRef, ContactRecord>,
    /// The oldest contacts of each key that any contact has, in no particular order.
    pub(crate) matches: HashMap<MatchingKey, Vec<ContactId>>,
    /// Merged contacts that have a key, the oldest first.
    pub(crate) merged: HashMap<MatchingKey, Vec<MergedMatch>>,
}

/// A contact to insert.
#[derive(Debug)]
pub(crate) struct NewContact {
    pub(crate) record: Arc<ContactRecord>,
    /// The derived columns. Their words are written too, unless the contact was deleted before it was first stored.
    pub(crate) derived_columns: DerivedColumns,
}

/// A contact to update.
#[derive(Debug)]
pub(crate) struct UpdatedContact {
    /// The contact as it was loaded.
    pub(crate) before: Arc<ContactRecord>,
    /// The contact as it is to be stored.
    pub(crate) after: Arc<ContactRecord>,
    /// The new derived columns, if they changed.
    pub(crate) derived_columns: Option<DerivedColumns>,
}

/// The changes of a set, to be stored.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    pub(crate) inserted: Vec<NewContact>,
    pub(crate) updated: Vec<UpdatedContact>,
    pub(crate) values_set: Vec<CustomFieldValue>,
    pub(crate) values_removed: Vec<(ContactRef, CustomFieldId)>,
    pub(crate) threads: Vec<ThreadRow>,
    /// Contacts to remove permanently, as they were stored.
    pub(crate) erased: Vec<Arc<ContactRecord>>,
    pub(crate) derived: DerivedRows,
    /// Threads to move after everything else is stored.
    pub(crate) thread_moves: Vec<ThreadMove>,
}

impl Changes {
    /// Returns true if there is nothing to store.
    pub(crate) fn is_empty(&self) -> bool {
        self.updates_only_rows() && self.updated.is_empty()
    }

    /// Returns true if the changes only update rows of existing contacts, of which none is deleted or restored.
    pub(crate) fn updates_only_rows(&self) -> bool {
        let Self { inserted, updated, values_set, values_removed, threads, erased, derived, thread_moves } =
            self;
        inserted.is_empty()
            && values_set.is_empty()
            && values_removed.is_empty()
            && threads.is_empty()
            && erased.is_empty()
            && derived.is_empty()
            && thread_moves.is_empty()
            && updated.iter().all(|contact| contact.before.is_deleted() == contact.after.is_deleted())
    }
}

/// Locks and loads the data that a set of writes reads. What is locked stays locked until the transaction ends.
pub(crate) trait LoadContacts: Connection {
    /// Returns the settings of companies. They do not change until the transaction ends, except by itself.
    fn company_settings(
        &mut self,
        companies: &BTreeSet<CompanyId>,
    ) -> impl DatabaseFuture<HashMap<CompanyId, CompanySettings>>;

    /// Locks matching keys. Every other transaction that creates contacts by one of these keys waits until this one
    /// ends.
    fn lock_keys(&mut self, keys: &KeyLookups) -> impl DatabaseFuture<()>;

    /// Counts the contacts that have each of these phone keys, up to the limit of the lookup.
    fn count_contacts(&mut self, phones: &KeyLookups) -> impl DatabaseFuture<HashMap<MatchingKey, usize>>;

    /// Loads those of the contacts that exist, and the oldest contacts of each key, up to the limit of the lookup. No
    /// other transaction changes any of them until this one ends.
    fn load_contacts(
        &mut self,
        keys: &KeyLookups,
        contacts: &BTreeSet<ContactRef>,
    ) -> impl DatabaseFuture<LoadedContacts>;

    /// Returns the oldest merged contacts that have these keys, up to the limit of the lookup, the oldest first. Leaves out
    /// those that were merged into a contact that is now deleted.
    fn find_merged(
        &mut self,
        keys: &KeyLookups,
    ) -> impl DatabaseFuture<HashMap<MatchingKey, Vec<MergedMatch>>>;
}

/// Loads the custom-field values of contacts.
pub(crate) trait LoadValues: Connection {
    /// Returns the custom-field values of these contacts.
    fn load_values(&mut self, contacts: &BTreeSet<ContactRef>) -> impl DatabaseFuture<Vec<CustomFieldValue>>;
}

/// A transaction that can do everything that a set of writes needs.
pub(crate) trait ContactTransaction: LoadContacts + LoadValues + StoredResponses {
    /// Stores the changes. Erasing a contact also removes the stored responses that contain its data.
    ///
    /// # Errors
    /// Returns a conflict if the loaded contacts no longer match the stored ones. Nothing is written then.
    fn write(&mut self, changes: &Changes) -> impl DatabaseFuture<()>;

    /// Adds entries to the logs of the companies, whose counters then stay locked until the transaction ends. So this
    /// is the last step of a transaction.
    fn write_log(&mut self, log: &ChangeLog) -> impl DatabaseFuture<()>;

    /// Stores the changes and adds the entries to the logs.
    ///
    /// # Errors
    /// Returns a conflict as [`ContactTransaction::write`] does.
    fn write_with_log(&mut self, changes: &Changes, log: &ChangeLog) -> impl DatabaseFuture<()>;
}

impl ContactRecord {
    /// Returns the company and the id of the contact.
    pub(crate) fn contact_ref(&self) -> ContactRef {
        (self.company_id, self.id)
    }

    /// Returns the matching key of this kind by which creates find the contact, if it has one.
    pub(super) fn matching_key(&self, kind: KeyKind) -> Option<MatchingKey> {
        self.stored_key(kind).filter(|_| !self.is_deleted())
    }

    /// Returns the stored matching key of this kind, which a merged contact has too.
    pub(super) fn stored_key(&self, kind: KeyKind) -> Option<MatchingKey> {
        let key = self.key_text(kind)?.to_owned();
        Some(MatchingKey { company_id: self.company_id, kind, key })
    }

    /// Returns true if creates find the contact by this key.
    pub(super) fn has(&self, key: &MatchingKey) -> bool {
        !self.is_deleted() && self.key_text(key.kind) == Some(&key.key)
    }

    fn key_text(&self, kind: KeyKind) -> Option<&str> {
        match kind {
            KeyKind::Phone => self.phone_key.as_deref(),
            KeyKind::Email => self.email_key.as_deref(),
        }
    }
}
