//! Undoes changes of a contact.

use std::sync::Arc;

use contact_model::changes::revert::{
    CurrentContact, DELETED_AT, LeftAlone, LeftReason, NetChange, Presence, RevertPlan, set_field,
};
use contact_model::custom_field;
use contact_model::{AgentId, ContactId, JsonText};
use serde::de::DeserializeOwned;

use super::contact_snapshot::ContactSnapshot;
use super::write::{Action, Applied, RevertedFields};
use super::write_context::WriteContext;
use crate::Result;

impl WriteContext<'_> {
    /// Sets the fields of a contact back, and deletes or restores it, as far as it has not changed again since. If it
    /// does both, the log gets an entry for each.
    pub(super) fn revert(&mut self, id: ContactId, net: &NetChange, force: bool) -> Result<Applied> {
        let contact = self.contact_ref(id);
        let country = self.country()?;
        let before = self.working_set.current_or_deleted(contact)?;
        self.check_precondition(Some(&before.record))?;
        let since_creation = before.since_creation(self.custom_fields());
        let now = match before.record.merged_into {
            Some(survivor) => Presence::Merged(survivor),
            None if before.record.is_deleted() => Presence::Deleted,
            None => Presence::Present,
        };
        let has_merged = !self.working_set.merged_into(contact).is_empty();
        let mut current = CurrentContact::new(now, since_creation);
        current.has_merged = has_merged;
        let RevertPlan { presence, mut fields, mut left } = net.plan(&current, force);
        let is_erased = |id: &ContactId| self.working_set.current_or_deleted(self.contact_ref(*id)).is_err();
        if net.merged_from().iter().any(is_erased) {
            let kept = std::mem::take(&mut fields).into_keys();
            left.extend(kept.map(|field| LeftAlone::field(field, LeftReason::ContactErased)));
        }
        if presence.is_some() && now != Presence::Present {
            self.restore_contact(id)?;
        }
        let before = self.working_set.current_or_deleted(contact)?;
        let mut after = before.clone();
        let mut set = Vec::new();
        for (field, value) in fields {
            match self.set_back(&mut after, &field, &value) {
                Ok(()) => set.push(field),
                Err(reason) => left.push(LeftAlone::field(field, reason)),
            }
        }
        Arc::make_mut(&mut after.record).compute_keys(&before.record.state, Some(country));
        let action = after.action_since(before);
        let mut applied = self.put(after, action, Vec::new())?;
        match presence {
            Some(Presence::Present) => applied.written.action = Action::Restored,
            Some(Presence::Deleted) => {
                let now = self.clock.now();
                applied = self.change_record(id, Action::Deleted, |record| record.delete(now))?;
            }
            Some(Presence::Merged(survivor)) => match self.merge_again(id, survivor)? {
                Some(merged) => applied = merged,
                None => left.push(LeftAlone::field(DELETED_AT, LeftReason::Missing)),
            },
            Some(Presence::Absent) | None => {}
        }
        applied.written.reverted = Some(Box::new(RevertedFields { fields: set, left }));
        Ok(applied)
    }

    /// Sets a field to an earlier value. Returns the reason if that is not possible any more.
    fn set_back(
        &self,
        contact: &mut ContactSnapshot,
        field: &str,
        value: &JsonText,
    ) -> Result<(), LeftReason> {
        if let Some(name) = field.strip_prefix("custom_fields.") {
            let definition = self.custom_fields().iter().find(|definition| definition.name == name);
            let id = definition.ok_or(LeftReason::Missing)?.id;
            let value = (value.as_str() != "null").then(|| value.clone());
            return custom_field::apply(&[(id, value)], &mut contact.values)
                .map_err(|_too_large| LeftReason::NotRevertible);
        }
        let record = Arc::make_mut(&mut contact.record);
        if field == "last_activity" {
            record.last_activity = json(value)?;
            return Ok(());
        }
        if field == "profile_picture_url" {
            record.profile_picture_url = json(value)?;
            return Ok(());
        }
        if field == "active_agent_id" {
            let agent: Option<AgentId> = json(value)?;
            agent
                .map_or(Ok(()), |agent| self.agent_name(agent).map(|_| ()))
                .map_err(|_| LeftReason::Missing)?;
            record.active_agent_id = agent;
            return Ok(());
        }
        set_field(&mut record.state, field, value).map_err(|_| LeftReason::NotRevertible)
    }
}

fn json<T: DeserializeOwned>(value: &JsonText) -> Result<T, LeftReason> {
    serde_json::from_str(value.as_str()).map_err(|_| LeftReason::NotRevertible)
}
