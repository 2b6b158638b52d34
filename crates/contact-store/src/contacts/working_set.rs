//! The contacts that a set of writes touches, changed in memory. This module does no I/O: it neither loads nor
//! stores contacts.

mod merges;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use contact_model::custom_field::CustomFieldValues;
use contact_model::matching::{PersonKeys, choose_person};
use contact_model::{AgentThread, CompanyId, ContactId};

use super::contact_snapshot::ContactSnapshot;
use super::derived_rows::DerivedColumns;
use super::key_matches::KeyMatches;
use super::merged_contacts::ThreadMove;
use super::prepared_write::PreparedWrite;
use super::record::ContactRecord;
use super::transaction::{
    Changes, ContactRef, CustomFieldValue, KeyKind, KeyLookups, LoadedContacts, MatchingKey, MergedMatch,
    NewContact, ThreadRow, UpdatedContact,
};
use super::write::{ContactWrite, WriteOperation};
use crate::{Result, StoreError};

/// The contacts that a set of writes touches.
pub(super) struct WorkingSet {
    /// The contacts as they were loaded.
    loaded: BTreeMap<ContactRef, ContactSnapshot>,
    /// The contacts that the writes so far changed or created, or `None` if they removed a loaded one permanently.
    changed: BTreeMap<ContactRef, Option<ContactSnapshot>>,
    /// The oldest contacts that have each key that was looked up.
    matches: HashMap<MatchingKey, KeyMatches>,
    /// Keys that a contact lost in this set. Contacts that are not loaded may also have them, so they must be looked
    /// up again.
    outdated: BTreeSet<MatchingKey>,
    threads: Vec<ThreadRow>,
    thread_moves: Vec<ThreadMove>,
    /// The merged contacts that have each key, the oldest first.
    merged: HashMap<MatchingKey, Vec<MergedMatch>>,
    /// The contacts that loaded contacts were merged into, also through others.
    survivors_of: BTreeMap<ContactRef, ContactId>,
    /// True if a contact was merged or its merge was undone.
    has_merges: bool,
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
        survivors_of: BTreeMap<ContactRef, ContactId>,
    ) -> Result<Self> {
        let LoadedContacts { records, matches: mut ids_by_key, merged } = loaded;
        let mut loaded: BTreeMap<ContactRef, ContactSnapshot> =
            records.into_iter().map(|(key, record)| (key, ContactSnapshot::new(record))).collect();
        for value in values {
            if let Some(snapshot) = loaded.get_mut(&value.contact) {
                snapshot.values.insert(value.field_id, value.value);
            }
        }
        let mut matches = HashMap::with_capacity(keys.len());
        for (key, limit) in keys {
            let mut ages = Vec::new();
            for contact in ids_by_key.remove(&key).unwrap_or_default() {
                let snapshot = loaded.get(&(key.company_id, contact));
                let Some(snapshot) = snapshot.filter(|snapshot| snapshot.record.has(&key)) else {
                    return Err(StoreError::conflict("a matched contact changed its phone or email"));
                };
                ages.push(snapshot.record.age());
            }
            matches.insert(key, KeyMatches::new(ages, limit));
        }
        for (key, merged) in &merged {
            for MergedMatch { id, survivor } in merged {
                let [merged, survivor] = [id, survivor].map(|id| loaded.get(&(key.company_id, *id)));
                let is_merged = merged.is_some_and(|merged| merged.record.merged_into.is_some());
                if !is_merged || survivor.is_none_or(|survivor| survivor.record.is_deleted()) {
                    return Err(StoreError::conflict("a merged contact changed"));
                }
            }
        }
        Ok(Self {
            loaded,
            matches,
            merged,
            survivors_of,
            changed: BTreeMap::new(),
            outdated: BTreeSet::new(),
            threads: Vec::new(),
            thread_moves: Vec::new(),
            has_merges: false,
        })
    }

    /// Returns the number of loaded contacts.
    pub(super) fn len(&self) -> usize {
        self.loaded.len()
    }

    /// Returns the bytes of the loaded contacts with their custom fields, for each company.
    pub(super) fn bytes_by_company(&self) -> BTreeMap<CompanyId, usize> {
        let mut bytes = BTreeMap::new();
        for ((company, _), snapshot) in &self.loaded {
            *bytes.entry(*company).or_default() += snapshot.bytes();
        }
        bytes
    }

    /// Returns true if the working set contains everything that determines the target of the write. Otherwise the
    /// changes so far must be stored and the contacts of the remaining writes loaded again.
    pub(super) fn has_targets_of(&self, prepared: &PreparedWrite<'_>) -> bool {
        prepared.lookups().all(|(key, _)| !self.outdated.contains(key))
            && !self.reinserts_erased_contact(prepared.write)
            && !(self.has_merges && prepared.write.contact_with_merged().is_some())
    }

    /// Returns true if the write inserts a contact that this set erased. The old row and its dependent rows must be
    /// removed first.
    fn reinserts_erased_contact(&self, write: &ContactWrite) -> bool {
        let WriteOperation::Insert(insert) = &write.operation else { return false };
        let changed = insert.id.and_then(|id| self.changed.get(&(write.company_id, id)));
        changed.is_some_and(Option::is_none)
    }

    /// Returns a contact that exists and is not deleted.
    pub(super) fn current(&self, contact: ContactRef) -> Result<&ContactSnapshot> {
        self.refuse_merged(contact)?;
        let snapshot = self.current_or_deleted(contact)?;
        if snapshot.record.is_deleted() { Err(StoreError::ContactNotFound) } else { Ok(snapshot) }
    }

    /// Returns a contact that exists, deleted or not.
    pub(super) fn current_or_deleted(&self, contact: ContactRef) -> Result<&ContactSnapshot> {
        let changed = self.changed.get(&contact).map(Option::as_ref);
        changed.unwrap_or_else(|| self.loaded.get(&contact)).ok_or(StoreError::ContactNotFound)
    }

    /// Returns the oldest contact that has a key, or else the one that the oldest merged contact with the key was merged
    /// into.
    pub(super) fn oldest(&self, key: Option<&MatchingKey>) -> Option<ContactId> {
        let key = key?;
        self.matches.get(key)?.oldest().or_else(|| Some(self.merged.get(key)?.first()?.survivor))
    }

    /// Returns the contact that is the sent person, among the contacts that have the key. For a merged contact,
    /// it is the one that it was merged into.
    pub(super) fn person(&self, key: Option<&MatchingKey>, sent: &PersonKeys<'_>) -> Option<ContactId> {
        let key = key?;
        let person = |id| Some(self.current_or_deleted((key.company_id, id)).ok()?.record.person());
        let own = self.matches.get(key)?.ids().filter_map(|id| Some((id, person(id)?)));
        let merged = self.merged.get(key).into_iter().flatten();
        let merged = merged.filter_map(|found| Some((found.survivor, person(found.id)?)));
        choose_person(sent, own.chain(merged))
    }

    /// Adds a thread to store.
    pub(super) fn add_thread(&mut self, contact: ContactRef, thread: AgentThread) {
        self.threads.push(ThreadRow { contact, thread });
    }

    /// Removes a contact permanently.
    pub(super) fn erase(&mut self, contact: ContactRef) {
        self.move_keys(contact, None);
        self.threads.retain(|row| row.contact != contact);
        if self.loaded.contains_key(&contact) {
            self.changed.insert(contact, None);
        } else {
            self.changed.remove(&contact);
        }
    }

    /// Replaces a contact, or adds a new one.
    pub(super) fn put(&mut self, contact: ContactSnapshot) {
        let key = contact.record.contact_ref();
        self.move_keys(key, Some(&contact.record));
        self.changed.insert(key, Some(contact));
    }

    /// Updates the matching keys, so that later writes of the set find the contact by the keys that it has `after` a
    /// write.
    fn move_keys(&mut self, contact: ContactRef, after: Option<&ContactRecord>) {
        let before = self.current_or_deleted(contact).ok().map(|snapshot| Arc::clone(&snapshot.record));
        self.note_merges(contact, before.as_deref(), after);
        for kind in [KeyKind::Phone, KeyKind::Email] {
            let [lost, gained] =
                [before.as_deref(), after].map(|record| record.and_then(|record| record.matching_key(kind)));
            if lost == gained {
                continue;
            }
            if let Some(lost) = lost
                && let Some(key_matches) = self.matches.get_mut(&lost)
                && !key_matches.remove(contact.1)
            {
                self.outdated.insert(lost);
            }
            if let Some(record) = after
                && let Some(key_matches) = gained.and_then(|gained| self.matches.get_mut(&gained))
            {
                key_matches.add(record.age());
            }
        }
    }

    /// Returns the changes to store.
    pub(super) fn into_changes(self) -> Changes {
        let Self { mut loaded, changed, threads, thread_moves, .. } = self;
        let mut changes = Changes { threads, thread_moves, ..Changes::default() };
        for (contact, after) in changed {
            match (loaded.remove(&contact), after) {
                (None, Some(ContactSnapshot { record, values })) => {
                    changes.derived.add_new(&record);
                    changes.put_values(contact, &CustomFieldValues::new(), values);
                    let derived_columns = DerivedColumns::of(&record);
                    changes.inserted.push(NewContact { record, derived_columns });
                }
                (Some(before), Some(after)) => {
                    let derived_columns = changes.derived.add_change(&before.record, &after.record);
                    changes.put_values(contact, &before.values, after.values);
                    changes.updated.push(UpdatedContact {
                        before: before.record,
                        after: after.record,
                        derived_columns,
                    });
                }
                (Some(before), None) => {
                    changes.derived.add_erased(&before.record);
                    changes.erased.push(before.record);
                }
                (None, None) => {}
            }
        }
        changes
    }
}

impl Changes {
    /// Adds the difference between the old and the new values of a contact's custom fields.
    fn put_values(&mut self, contact: ContactRef, before: &CustomFieldValues, after: CustomFieldValues) {
        let removed = before.keys().filter(|field| !after.contains_key(field));
        self.values_removed.extend(removed.map(|field| (contact, *field)));
        let put = after.into_iter().filter(|(field, value)| before.get(field) != Some(value));
        self.values_set.extend(put.map(|(field_id, value)| CustomFieldValue { contact, field_id, value }));
    }
}
