//! Merges contacts.

use std::collections::BTreeSet;
use std::sync::Arc;

use contact_model::contact::ContactMerge;
use contact_model::custom_field::{self, named};
use contact_model::{ContactId, Violation, ViolationCode, Violations};

use super::contact_snapshot::ContactSnapshot;
use super::merged_contacts::ThreadMove;
use super::write::{Action, Applied};
use super::write_context::WriteContext;
use crate::{Result, StoreError};

impl WriteContext<'_> {
    /// Merges a contact into another one. If it was merged into it before, nothing changes.
    pub(super) fn merge(&mut self, id: ContactId, merge: &ContactMerge) -> Result<Applied> {
        let into = self.target(id)?;
        let refuse = |code, detail: String| StoreError::Invalid(Violation::new("/from", code, detail).into());
        if merge.from == id {
            let detail = "A contact cannot be merged into itself.".to_owned();
            return Err(refuse(ViolationCode::InvalidValue, detail));
        }
        let from = match self.working_set.current(self.contact_ref(merge.from)) {
            Ok(from) => from,
            Err(StoreError::ContactMerged { into: survivor }) if survivor == id => {
                return Ok(self.build_result(into, Action::Unchanged, Vec::new()));
            }
            Err(StoreError::ContactMerged { into: survivor }) => {
                let detail = format!("The contact {} was merged into {survivor} already.", merge.from);
                return Err(refuse(ViolationCode::InvalidValue, detail));
            }
            Err(_) => {
                let detail = format!("The company has no contact with the id {}.", merge.from);
                return Err(refuse(ViolationCode::NotFound, detail));
            }
        };
        let merged = self.merged(into, from, merge)?;
        self.merge_away(merge.from, id)?;
        self.put_merged(merged, Action::Merged, Vec::new(), Some(merge.from))
    }

    /// Returns a contact with the values of another one that is merged into it.
    pub(super) fn merged(
        &self,
        into: &ContactSnapshot,
        from: &ContactSnapshot,
        merge: &ContactMerge,
    ) -> Result<ContactSnapshot> {
        let mut merged = into.clone();
        let record = Arc::make_mut(&mut merged.record);
        let (into_record, from_record) = (&into.record, &from.record);
        let mut violations = Violations::new();
        let state = merge.merge(&into_record.state, &from_record.state);
        record.state = violations.value_or_default(state.map_err(Violations::from));
        record.active_agent_id =
            merge.choose("active_agent_id", into_record.active_agent_id, from_record.active_agent_id);
        let pictures = [into_record, from_record].map(|record| record.profile_picture_url.clone());
        let [into_picture, from_picture] = pictures;
        record.profile_picture_url = merge.choose("profile_picture_url", into_picture, from_picture);
        record.last_activity = into_record.last_activity.max(from_record.last_activity);
        record.compute_keys(&into_record.state, Some(self.country()?));
        let fields = self.custom_fields();
        let missing =
            merge.preferred_custom_fields().into_iter().filter(|name| named(fields, name).is_none());
        missing.for_each(|name| violations.push(ContactMerge::unknown_custom_field(name)));
        let values = fields.iter().filter_map(|field| {
            let [into, from] = [into, from].map(|contact| contact.values.get(&field.id).cloned());
            let value = merge.choose(&format!("custom_fields.{}", field.name), into, from)?;
            Some((field.id, Some(value)))
        });
        let applied = custom_field::apply(&values.collect::<Vec<_>>(), &mut merged.values);
        violations.value_or_default(applied);
        violations.into_result(merged).map_err(Into::into)
    }

    /// Marks a contact as merged into another one, and moves its threads there.
    pub(super) fn merge_away(&mut self, id: ContactId, survivor: ContactId) -> Result<Applied> {
        let now = self.clock.now();
        let company_id = self.company();
        self.working_set.move_threads(ThreadMove { company_id, from: id, to: survivor, is_return: false });
        self.change_record(id, Action::Merged, |record| record.merge_into(survivor, now))
    }

    /// Merges a contact into the one that it had been merged into before that was undone. Returns `None` if that contact
    /// does not exist any more.
    pub(super) fn merge_again(&mut self, id: ContactId, survivor: ContactId) -> Result<Option<Applied>> {
        let last_activity = self.working_set.current(self.contact_ref(id))?.record.last_activity;
        match self.working_set.current(self.contact_ref(survivor)) {
            Ok(contact) if survivor != id => {
                if last_activity > contact.record.last_activity {
                    self.change_record(survivor, Action::Merged, |record| {
                        record.last_activity = last_activity
                    })?;
                }
                self.merge_away(id, survivor).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// Restores a deleted contact. If it was merged into another one, it gets its threads back.
    pub(super) fn restore_contact(&mut self, id: ContactId) -> Result<Applied> {
        let country = self.country()?;
        let contact = self.contact_ref(id);
        if let Some(survivor) = self.working_set.survivor(contact) {
            let company_id = self.company();
            self.working_set.move_threads(ThreadMove { company_id, from: survivor, to: id, is_return: true });
        }
        self.change_record(id, Action::Restored, |record| record.restore(country))
    }

    /// Removes a contact and those that were merged into it permanently.
    pub(super) fn remove_with_merged(&mut self, id: ContactId) -> Result<()> {
        let merged: BTreeSet<ContactId> = self.working_set.merged_into(self.contact_ref(id));
        for contact in merged {
            self.remove(contact)?;
        }
        self.remove(id)
    }
}
