//! The contacts that a set of writes touches, changed in memory. This module does no I/O: it neither loads nor
//! stores contacts.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use contact_model::custom_field::CustomFieldValues;
use contact_model::matching::{Person, choose_person};
use contact_model::{AgentThread, CompanyId, ContactId};

use super::derived_rows::DerivedColumns;
use super::entry::{Entry, Image};
use super::facts::KeyedWrite;
use super::holders::Holders;
use super::operations::Turn;
use super::record::ContactRecord;
use super::transaction::{
    Changes, ContactKey, CustomFieldValue, KeyKind, LoadedContacts, MatchingKey, NewContact, SoughtKeys,
    ThreadRow, UpdatedContact,
};
use super::write::{Action, Applied, ContactWrite, Trace, WriteOperation};
use crate::StoreError;

/// The contacts that a set of writes touches.
pub(super) struct WorkingSet {
    entries: BTreeMap<ContactKey, Entry>,
    /// The oldest contacts that have each key that was looked up.
    matches: HashMap<MatchingKey, Holders>,
    /// Keys that a contact lost in this set and that contacts which are not loaded may have. They must be looked up
    /// again.
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
        keys: SoughtKeys,
    ) -> Result<Self, StoreError> {
        let LoadedContacts { records, matches: mut found } = loaded;
        let mut images: BTreeMap<ContactKey, Image> =
            records.into_iter().map(|(key, record)| (key, Image::new(record))).collect();
        for value in values {
            if let Some(image) = images.get_mut(&value.contact) {
                image.values.insert(value.field_id, value.value);
            }
        }
        let mut matches = HashMap::with_capacity(keys.len());
        for (key, at_most) in keys {
            let mut ages = Vec::new();
            for contact in found.remove(&key).unwrap_or_default() {
                let image = images.get(&(key.company_id, contact)).filter(|image| image.record.has(&key));
                let Some(image) = image else {
                    return Err(StoreError::conflict("a matched contact changed its phone or email"));
                };
                ages.push(image.record.age());
            }
            matches.insert(key, Holders::new(ages, at_most));
        }
        let entries = images.into_iter().map(|(key, image)| (key, Entry::Loaded(image))).collect();
        Ok(Self { entries, matches, outdated: BTreeSet::new(), threads: Vec::new() })
    }

    /// Returns the number of loaded contacts.
    pub(super) fn contacts(&self) -> usize {
        self.entries.len()
    }

    /// Returns the bytes of the loaded contacts with their custom fields, for each company.
    pub(super) fn bytes_by_company(&self) -> BTreeMap<CompanyId, usize> {
        let mut bytes = BTreeMap::new();
        for ((company, _), entry) in &self.entries {
            *bytes.entry(*company).or_default() += entry.now().map_or(0, Image::bytes);
        }
        bytes
    }

    /// Returns true if the working set contains everything that determines the target of the write. Otherwise the
    /// changes so far must be stored and the contacts of the remaining writes loaded again.
    pub(super) fn knows_targets_of(&self, write: &KeyedWrite<'_>) -> bool {
        write.keys().all(|key| !self.outdated.contains(key)) && !self.inserts_an_erased(write.write)
    }

    /// Returns true if the write inserts a contact that this set erased. The old row and its dependent rows must be
    /// removed first.
    fn inserts_an_erased(&self, write: &ContactWrite) -> bool {
        let WriteOperation::Insert(insert) = &write.operation else { return false };
        let entry = insert.id.and_then(|id| self.entries.get(&(write.company_id, id)));
        entry.is_some_and(|entry| entry.now().is_none())
    }

    /// Returns a contact that exists and is not deleted.
    pub(super) fn now(&self, contact: ContactKey) -> Result<&Image, StoreError> {
        let image = self.now_or_deleted(contact)?;
        if image.record.is_deleted() { Err(StoreError::ContactNotFound) } else { Ok(image) }
    }

    /// Returns a contact that exists, deleted or not.
    pub(super) fn now_or_deleted(&self, contact: ContactKey) -> Result<&Image, StoreError> {
        self.entries.get(&contact).and_then(Entry::now).ok_or(StoreError::ContactNotFound)
    }

    /// Returns the oldest contact that has a key.
    pub(super) fn oldest(&self, key: Option<&MatchingKey>) -> Option<ContactId> {
        self.matches.get(key?)?.oldest()
    }

    /// Returns the contact that is the sent person, among the contacts that have the key.
    pub(super) fn person(&self, key: Option<&MatchingKey>, sent: &Person<'_>) -> Option<ContactId> {
        let key = key?;
        let candidates = self.matches.get(key)?.ids().filter_map(|id| {
            let image = self.now((key.company_id, id)).ok()?;
            Some((id, image.record.person()))
        });
        choose_person(sent, candidates)
    }

    /// Adds a thread to store.
    pub(super) fn add_thread(&mut self, contact: ContactKey, thread: AgentThread) {
        self.threads.push(ThreadRow { contact, thread });
    }

    /// Removes a contact permanently.
    pub(super) fn erase(&mut self, contact: ContactKey) {
        let Some(entry) = self.entries.remove(&contact) else { return };
        if let Some(image) = entry.now() {
            let keys = [KeyKind::Phone, KeyKind::Email].map(|kind| image.record.matching_key(kind));
            for lost in keys.into_iter().flatten() {
                self.note_lost(lost, contact.1);
            }
        }
        self.threads.retain(|row| row.contact != contact);
        self.entries.extend(entry.erase().map(|erased| (contact, erased)));
    }

    /// Stores a changed contact in the working set and returns the result of the write.
    pub(super) fn finish(
        &mut self,
        turn: &Turn<'_>,
        mut image: Image,
        action: Action,
        ignored: Vec<String>,
    ) -> Applied {
        if action != Action::Unchanged {
            let record = Arc::make_mut(&mut image.record);
            record.version += 1;
            if action == Action::Updated {
                record.updated_at = record.updated_at.max(turn.clock.now());
            }
            self.move_keys(&image.record);
        }
        let mut applied = self.answer(turn, &image, action, ignored);
        if action == Action::Updated {
            let before = self.entries.get(&(image.record.company_id, image.record.id)).and_then(Entry::now);
            applied.replaced =
                before.map(|before| before.record.state.replaced_in(&image.record.state)).unwrap_or_default();
        }
        if action != Action::Unchanged {
            let key = (image.record.company_id, image.record.id);
            let entry = match self.entries.remove(&key) {
                Some(entry) => entry.then(image),
                None => Entry::Created(image),
            };
            self.entries.insert(key, entry);
        }
        applied
    }

    /// Returns the result of a write that leaves the contact as in `image`, or removes it.
    pub(super) fn answer(
        &self,
        turn: &Turn<'_>,
        image: &Image,
        action: Action,
        ignored: Vec<String>,
    ) -> Applied {
        let Turn { write: KeyedWrite { write, .. }, facts, .. } = *turn;
        let custom_fields = if write.include.custom_fields && !write.options.brief {
            image.named_values(facts.custom_fields.get(&write.company_id))
        } else {
            BTreeMap::new()
        };
        let trace = write.options.receipt.then(|| {
            let definitions = facts.custom_fields.get(&write.company_id);
            let before = self.entries.get(&(write.company_id, image.record.id)).and_then(Entry::now);
            let state = |image: &Image| (Arc::clone(&image.record), image.named_values(definitions));
            Box::new(Trace { before: before.map(state), after: state(image) })
        });
        let shown_fields = write.include.custom_fields.then(|| image.shown_fields(facts));
        Applied {
            action,
            row: image.record.row_version(),
            record: (!write.options.brief).then(|| Arc::clone(&image.record)),
            include: write.include,
            custom_fields,
            shown_fields,
            ignored,
            thread: None,
            matched_by: None,
            replaced: Vec::new(),
            trace,
        }
    }

    /// Updates the matching keys, so that later writes of the set find the contact by its current keys.
    fn move_keys(&mut self, record: &ContactRecord) {
        let before = self.entries.get(&(record.company_id, record.id)).and_then(Entry::now);
        let before = before.map(|image| Arc::clone(&image.record));
        for kind in [KeyKind::Phone, KeyKind::Email] {
            let had = before.as_ref().and_then(|before| before.matching_key(kind));
            let has = record.matching_key(kind);
            if had == has {
                continue;
            }
            if let Some(lost) = had {
                self.note_lost(lost, record.id);
            }
            if let Some(holders) = has.and_then(|gained| self.matches.get_mut(&gained)) {
                holders.add(record.age());
            }
        }
    }

    /// Records that a contact no longer has a key.
    fn note_lost(&mut self, key: MatchingKey, contact: ContactId) {
        if let Some(holders) = self.matches.get_mut(&key)
            && !holders.remove(contact)
        {
            self.outdated.insert(key);
        }
    }

    /// Returns the changes to store.
    pub(super) fn into_changes(self) -> Changes {
        let mut changes = Changes { threads: self.threads, ..Changes::default() };
        for (contact, entry) in self.entries {
            match entry {
                Entry::Loaded(_) => {}
                Entry::Created(Image { record, values }) => {
                    changes.derived.add_new(&record);
                    changes.put_values(contact, &CustomFieldValues::new(), values);
                    let derived_columns = DerivedColumns::of(&record);
                    changes.inserted.push(NewContact { record, derived_columns });
                }
                Entry::Changed { stored, now } => {
                    let derived_columns = changes.derived.add_change(&stored.record, &now.record);
                    changes.put_values(contact, &stored.values, now.values);
                    changes.updated.push(UpdatedContact {
                        before: stored.record,
                        after: now.record,
                        derived_columns,
                    });
                }
                Entry::Erased { stored } => {
                    changes.derived.add_erased(&stored.record);
                    changes.erased.push(stored.record);
                }
            }
        }
        changes
    }
}

impl Changes {
    /// Adds the difference between the old and the new values of a contact's custom fields.
    fn put_values(&mut self, contact: ContactKey, had: &CustomFieldValues, has: CustomFieldValues) {
        let removed = had.keys().filter(|field| !has.contains_key(field));
        self.values_removed.extend(removed.map(|field| (contact, *field)));
        let put = has.into_iter().filter(|(field, value)| had.get(field) != Some(value));
        self.values_put.extend(put.map(|(field_id, value)| CustomFieldValue { contact, field_id, value }));
    }
}
