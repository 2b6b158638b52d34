//! Contacts of a working set that were merged into others.

use std::collections::{BTreeMap, BTreeSet};

use contact_model::ContactId;

use super::WorkingSet;
use crate::contacts::contact_snapshot::ContactSnapshot;
use crate::contacts::merged_contacts::ThreadMove;
use crate::contacts::record::ContactRecord;
use crate::contacts::transaction::{ContactRef, KeyKind, MatchingKey};
use crate::{Result, StoreError};

impl WorkingSet {
    /// Moves threads after everything else is stored.
    pub(in crate::contacts) fn move_threads(&mut self, moved: ThreadMove) {
        self.thread_moves.push(moved);
    }

    /// Refuses a contact that was merged into another one.
    pub(in crate::contacts) fn refuse_merged(&self, contact: ContactRef) -> Result<()> {
        self.survivor(contact).map_or(Ok(()), |into| Err(StoreError::ContactMerged { into }))
    }

    /// Returns the merged contact by whose key a create finds the survivor, unless the survivor itself has the key.
    pub(in crate::contacts) fn merged_match(
        &self,
        key: Option<&MatchingKey>,
        survivor: &ContactRecord,
    ) -> Option<&ContactSnapshot> {
        let key = key.filter(|key| !survivor.has(key))?;
        let found = self.merged.get(key)?.iter().find(|found| found.survivor == survivor.id)?;
        self.current_or_deleted((key.company_id, found.id)).ok()
    }

    /// Returns the contact that a contact was merged into, also through others. `None` if it was not merged.
    pub(in crate::contacts) fn survivor(&self, contact: ContactRef) -> Option<ContactId> {
        let (company, id) = contact;
        let known = |id| self.current_or_deleted((company, id)).ok();
        let mut survivor = id;
        while let Some(direct) = known(survivor).and_then(|contact| contact.record.merged_into) {
            let stored = || self.survivors_of.get(&(company, survivor)).copied();
            survivor = if known(direct).is_some() { direct } else { stored().unwrap_or(direct) };
        }
        (survivor != id).then_some(survivor)
    }

    /// Returns the contacts that were merged into a contact, also through others.
    pub(in crate::contacts) fn merged_into(&self, contact: ContactRef) -> BTreeSet<ContactId> {
        let known = self.loaded.keys().chain(self.changed.keys());
        let merged: BTreeMap<ContactId, ContactId> = known
            .filter(|(company, _)| *company == contact.0)
            .filter_map(|known| Some((known.1, self.current_or_deleted(*known).ok()?.record.merged_into?)))
            .collect();
        let mut found = BTreeSet::new();
        let mut survivors = vec![contact.1];
        while let Some(survivor) = survivors.pop() {
            let direct = merged.iter().filter(|(_, into)| **into == survivor).map(|(id, _)| *id);
            survivors.extend(direct.filter(|id| found.insert(*id)));
        }
        found
    }

    /// Marks the keys as outdated by which creates may find another contact than before, because a contact was merged, or
    /// because one that others were merged into is deleted or restored.
    pub(super) fn note_merges(
        &mut self,
        (company, id): ContactRef,
        before: Option<&ContactRecord>,
        after: Option<&ContactRecord>,
    ) {
        let merged_into = |record: Option<&ContactRecord>| record.and_then(|record| record.merged_into);
        if merged_into(before) != merged_into(after) {
            self.has_merges = true;
            let records = before.into_iter().chain(after);
            let keys = records
                .flat_map(|record| [KeyKind::Phone, KeyKind::Email].map(|kind| record.stored_key(kind)));
            self.outdated.extend(keys.flatten());
        }
        let exists = |record: Option<&ContactRecord>| record.is_some_and(|record| !record.is_deleted());
        let Some(before) = before.filter(|before| exists(Some(before)) != exists(after)) else { return };
        // Any merged contact may have been merged into a restored contact.
        let leads_here = |key| self.merged.get(key).into_iter().flatten().any(|found| found.survivor == id);
        let keys = self.matches.keys().filter(|key| key.company_id == company);
        let keys = keys.filter(|key| before.is_deleted() || leads_here(key));
        let keys: Vec<MatchingKey> = keys.cloned().collect();
        self.outdated.extend(keys);
    }
}
