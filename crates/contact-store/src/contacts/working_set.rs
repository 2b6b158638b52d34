//! The contacts that a set of writes touches, changed in memory. This module does no I/O: it neither loads nor
//! stores contacts.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use contact_model::custom_field::CustomFieldValues;
use contact_model::matching::{PersonKeys, choose_person};
use contact_model::{AgentThread, CompanyId, ContactId};

use super::derived_rows::DerivedColumns;
use super::key_matches::KeyMatches;
use super::matchable_write::MatchableWrite;
use super::record::ContactRecord;
use super::tracked_contact::{ContactSnapshot, TrackedContact};
use super::transaction::{
    Changes, ContactKey, CustomFieldValue, KeyKind, KeyLookups, LoadedContacts, MatchingKey, NewContact,
    ThreadRow, UpdatedContact,
};
use super::write::{ContactWrite, WriteOperation};
use crate::StoreError;

/// The contacts that a set of writes touches.
pub(super) struct WorkingSet {
    contacts: BTreeMap<ContactKey, TrackedContact>,
    /// The oldest contacts that have each key that was looked up.
    matches: HashMap<MatchingKey, KeyMatches>,
    /// Keys that a contact lost in this set. Contacts that are not loaded may also have them, so they must be looked
    /// up again.
    outdated: BTreeSet<MatchingKey>,
    threads: Vec<ThreadRow>,
}

impl WorkingSet {
    /// Creates a working set from loaded contacts.
    ///
    /// # Errors
    /// Returns a conflict if a matched contact no longer has its key because another transaction changed it.
    pub(super) fn new(
        loaded: LoadedContacts,
        values: Vec<CustomFieldValue>,
        keys: KeyLookups,
    ) -> Result<Self, StoreError> {
        let LoadedContacts { records, matches: mut ids_by_key } = loaded;
        let mut snapshots: BTreeMap<ContactKey, ContactSnapshot> =
            records.into_iter().map(|(key, record)| (key, ContactSnapshot::new(record))).collect();
        for value in values {
            if let Some(snapshot) = snapshots.get_mut(&value.contact) {
                snapshot.values.insert(value.field_id, value.value);
            }
        }
        let mut matches = HashMap::with_capacity(keys.len());
        for (key, limit) in keys {
            let mut ages = Vec::new();
            for contact in ids_by_key.remove(&key).unwrap_or_default() {
                let snapshot =
                    snapshots.get(&(key.company_id, contact)).filter(|snapshot| snapshot.record.has(&key));
                let Some(snapshot) = snapshot else {
                    return Err(StoreError::conflict("a matched contact changed its phone or email"));
                };
                ages.push(snapshot.record.age());
            }
            matches.insert(key, KeyMatches::new(ages, limit));
        }
        let contacts =
            snapshots.into_iter().map(|(key, snapshot)| (key, TrackedContact::Loaded(snapshot))).collect();
        Ok(Self { contacts, matches, outdated: BTreeSet::new(), threads: Vec::new() })
    }

    /// Returns the number of loaded contacts.
    pub(super) fn len(&self) -> usize {
        self.contacts.len()
    }

    /// Returns the bytes of the loaded contacts with their custom fields, for each company.
    pub(super) fn bytes_by_company(&self) -> BTreeMap<CompanyId, usize> {
        let mut bytes = BTreeMap::new();
        for ((company, _), tracked) in &self.contacts {
            *bytes.entry(*company).or_default() += tracked.current().map_or(0, ContactSnapshot::bytes);
        }
        bytes
    }

    /// Returns true if the working set contains everything that determines the target of the write. Otherwise the
    /// changes so far must be stored and the contacts of the remaining writes loaded again.
    pub(super) fn has_targets_of(&self, write: &MatchableWrite<'_>) -> bool {
        write.keys().all(|key| !self.outdated.contains(key)) && !self.inserts_an_erased(write.request)
    }

    /// Returns true if the write inserts a contact that this set erased. The old row and its dependent rows must be
    /// removed first.
    fn inserts_an_erased(&self, write: &ContactWrite) -> bool {
        let WriteOperation::Insert(insert) = &write.operation else { return false };
        let tracked = insert.id.and_then(|id| self.contacts.get(&(write.company_id, id)));
        tracked.is_some_and(|tracked| tracked.current().is_none())
    }

    /// Returns a contact that exists and is not deleted.
    pub(super) fn current(&self, contact: ContactKey) -> Result<&ContactSnapshot, StoreError> {
        let snapshot = self.current_or_deleted(contact)?;
        if snapshot.record.is_deleted() { Err(StoreError::ContactNotFound) } else { Ok(snapshot) }
    }

    /// Returns a contact that exists, deleted or not.
    pub(super) fn current_or_deleted(&self, contact: ContactKey) -> Result<&ContactSnapshot, StoreError> {
        self.contacts.get(&contact).and_then(TrackedContact::current).ok_or(StoreError::ContactNotFound)
    }

    /// Returns the oldest contact that has a key.
    pub(super) fn oldest(&self, key: Option<&MatchingKey>) -> Option<ContactId> {
        self.matches.get(key?)?.oldest()
    }

    /// Returns the contact that is the sent person, among the contacts that have the key.
    pub(super) fn person(&self, key: Option<&MatchingKey>, sent: &PersonKeys<'_>) -> Option<ContactId> {
        let key = key?;
        let candidates = self.matches.get(key)?.ids().filter_map(|id| {
            let snapshot = self.current((key.company_id, id)).ok()?;
            Some((id, snapshot.record.person()))
        });
        choose_person(sent, candidates)
    }

    /// Adds a thread to store.
    pub(super) fn add_thread(&mut self, contact: ContactKey, thread: AgentThread) {
        self.threads.push(ThreadRow { contact, thread });
    }

    /// Removes a contact permanently.
    pub(super) fn erase(&mut self, contact: ContactKey) {
        let Some(tracked) = self.contacts.remove(&contact) else { return };
        if let Some(snapshot) = tracked.current() {
            let keys = [KeyKind::Phone, KeyKind::Email].map(|kind| snapshot.record.matching_key(kind));
            for lost in keys.into_iter().flatten() {
                self.remove_key(lost, contact.1);
            }
        }
        self.threads.retain(|row| row.contact != contact);
        self.contacts.extend(tracked.erase().map(|erased| (contact, erased)));
    }

    /// Replaces a contact, or adds a new one.
    pub(super) fn put(&mut self, contact: ContactSnapshot) {
        self.move_keys(&contact.record);
        let key = (contact.record.company_id, contact.record.id);
        let tracked = match self.contacts.remove(&key) {
            Some(tracked) => tracked.replace(contact),
            None => TrackedContact::Created(contact),
        };
        self.contacts.insert(key, tracked);
    }

    /// Updates the matching keys, so that later writes of the set find the contact by its current keys.
    fn move_keys(&mut self, record: &ContactRecord) {
        let before = self.contacts.get(&(record.company_id, record.id)).and_then(TrackedContact::current);
        let before = before.map(|snapshot| Arc::clone(&snapshot.record));
        for kind in [KeyKind::Phone, KeyKind::Email] {
            let old_key = before.as_ref().and_then(|before| before.matching_key(kind));
            let new_key = record.matching_key(kind);
            if old_key == new_key {
                continue;
            }
            if let Some(lost) = old_key {
                self.remove_key(lost, record.id);
            }
            if let Some(key_matches) = new_key.and_then(|gained| self.matches.get_mut(&gained)) {
                key_matches.add(record.age());
            }
        }
    }

    /// Records that a contact no longer has a key.
    fn remove_key(&mut self, key: MatchingKey, contact: ContactId) {
        if let Some(key_matches) = self.matches.get_mut(&key)
            && !key_matches.remove(contact)
        {
            self.outdated.insert(key);
        }
    }

    /// Returns the changes to store.
    pub(super) fn into_changes(self) -> Changes {
        let mut changes = Changes { threads: self.threads, ..Changes::default() };
        for (contact, tracked) in self.contacts {
            match tracked {
                TrackedContact::Loaded(_) => {}
                TrackedContact::Created(ContactSnapshot { record, values }) => {
                    changes.derived.add_new(&record);
                    changes.put_values(contact, &CustomFieldValues::new(), values);
                    let derived_columns = DerivedColumns::of(&record);
                    changes.inserted.push(NewContact { record, derived_columns });
                }
                TrackedContact::Updated { before, after } => {
                    let derived_columns = changes.derived.add_change(&before.record, &after.record);
                    changes.put_values(contact, &before.values, after.values);
                    changes.updated.push(UpdatedContact {
                        before: before.record,
                        after: after.record,
                        derived_columns,
                    });
                }
                TrackedContact::Erased(before) => {
                    changes.derived.add_erased(&before.record);
                    changes.erased.push(before.record);
                }
            }
        }
        changes
    }
}

impl Changes {
    /// Adds the difference between the old and the new values of a contact's custom fields.
    fn put_values(&mut self, contact: ContactKey, before: &CustomFieldValues, after: CustomFieldValues) {
        let removed = before.keys().filter(|field| !after.contains_key(field));
        self.values_removed.extend(removed.map(|field| (contact, *field)));
        let put = after.into_iter().filter(|(field, value)| before.get(field) != Some(value));
        self.values_set.extend(put.map(|(field_id, value)| CustomFieldValue { contact, field_id, value }));
    }
}
