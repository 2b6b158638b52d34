//! Applies each kind of write to the contacts of a working set. This module applies the contract's rules to the
//! stored rows.

use std::borrow::Cow;
use std::sync::Arc;

use contact_model::matching::{self, PersonKeys, Target};
use contact_model::{
    AgentId, AgentThread, ContactId, ContactInsert, ContactState, ContactUpdate, ContactUpsert, MatchPolicy,
    MatchedBy, NewThread, Timestamp, Violation, ViolationCode, Violations, tags,
};

use super::contact_snapshot::ContactSnapshot;
use super::record::ContactRecord;
use super::write::{Action, Applied, TagChange, WriteOperation};
use super::write_context::WriteContext;
use crate::{Result, StoreError};

impl WriteContext<'_> {
    /// Applies the write. A refused write changes nothing.
    pub(super) fn apply(&mut self) -> Result<Applied> {
        match &self.prepared.write.operation {
            WriteOperation::Upsert(upsert, policy) => self.upsert(upsert, *policy),
            WriteOperation::Insert(insert) => self.insert(insert),
            WriteOperation::Update(id, update) => self.update(*id, update),
            WriteOperation::SetActiveAgent(id, agent) => self.set_active_agent(*id, *agent),
            WriteOperation::RecordThread(id, thread) => self.record_thread(*id, thread),
            WriteOperation::ChangeTags(id, change) => self.change_tags(*id, change),
            WriteOperation::Delete(id) => self.delete(*id),
            WriteOperation::Restore(id, since) => self.restore(*id, *since),
            WriteOperation::Revert(id, net, force) => self.revert(*id, net, *force),
            WriteOperation::Erase(id) => self.erase(*id, None),
            WriteOperation::EraseExpired(id, before) => self.erase(*id, Some(*before)),
        }
    }

    fn upsert(&mut self, upsert: &ContactUpsert, policy: MatchPolicy) -> Result<Applied> {
        let country = self.country()?;
        let target = self.choose_target(upsert, policy)?;
        let new;
        let before = match target.contact {
            Some((id, _)) => self.target(id)?,
            None => {
                self.check_precondition(None)?;
                let (id, now) = (self.clock.new_id().into(), self.clock.now());
                new = ContactSnapshot::new(ContactRecord::new(self.company(), id, now));
                &new
            }
        };
        let mut after = before.clone();
        // Collects the violations of all fields, so no error is returned early.
        let (mut ignored, mut violations) = (Vec::new(), Violations::new());
        let kept_phone = || upsert.keeps_phone_of(&before.record.state, country).then_some(MatchedBy::Phone);
        let create = match (target.contact, target.not_stored.or_else(kept_phone)) {
            (None, _) => {
                let on_create = self
                    .apply_custom_fields(&mut after, upsert.custom_fields_on_create())
                    .map_err(|violations| violations.with_prefix("/on_create"));
                let names = violations.value_or_default(on_create);
                ignored.extend(names.into_iter().map(|name| format!("on_create.{name}")));
                upsert.for_new()
            }
            (Some(_), Some(by)) => {
                ignored.push(by.key().to_owned());
                Cow::Owned(upsert.create.without(by))
            }
            (Some(_), None) => Cow::Borrowed(&upsert.create),
        };
        let record = Arc::make_mut(&mut after.record);
        violations.value_or_default(create.apply(&mut record.state, country));
        record.compute_keys(&before.record.state, Some(country));
        let custom_fields = create.fields.custom_fields.as_ref();
        ignored.extend(violations.value_or_default(self.apply_custom_fields(&mut after, custom_fields)));
        violations.into_result(())?;
        let action = if target.contact.is_none() { Action::Created } else { after.action_since(before) };
        let mut applied = self.put(after, action, ignored)?;
        applied.written.matched_by = target.contact.map(|(_, by)| by);
        Ok(applied)
    }

    /// Chooses the contact that an upsert applies to.
    fn choose_target(&self, upsert: &ContactUpsert, policy: MatchPolicy) -> Result<Target> {
        let (phone, email) = (self.prepared.phone.as_ref(), self.prepared.email.as_ref());
        let by_phone = match policy {
            MatchPolicy::Person => {
                let email_key = email.map(|key| key.key.as_str());
                self.working_set.person(phone, &PersonKeys { name: upsert.create.sent_name(), email_key })
            }
            MatchPolicy::Phone | MatchPolicy::Email | MatchPolicy::Reject => self.working_set.oldest(phone),
        };
        let by_email = self.working_set.oldest(email);
        matching::choose(policy, self.handling(), by_phone, by_email).map_err(StoreError::ContactsCollide)
    }

    fn insert(&mut self, insert: &ContactInsert) -> Result<Applied> {
        let country = self.country()?;
        let id = insert.id.unwrap_or_else(|| self.clock.new_id().into());
        if self.working_set.current_or_deleted(self.contact_ref(id)).is_ok() {
            return Err(StoreError::ContactTaken { id });
        }
        self.check_precondition(None)?;
        let now = self.clock.now();
        let mut record = ContactRecord::new(self.company(), id, insert.created_at.unwrap_or(now));
        if insert.id.is_some() {
            // An erased contact may have had this id, and none of its versions may be reused.
            record.version = now.as_micros();
        }
        record.updated_at = insert.updated_at.unwrap_or(now);
        record.last_activity = insert.last_activity;
        record.profile_picture_url.clone_from(&insert.profile_picture_url);
        record.state = insert.state.clone();
        record.compute_keys(&ContactState::default(), Some(country));
        let mut contact = ContactSnapshot::new(record);
        let ignored = self.apply_custom_fields(&mut contact, insert.custom_fields.as_ref())?;
        self.put(contact, Action::Created, ignored)
    }

    fn update(&mut self, id: ContactId, update: &ContactUpdate) -> Result<Applied> {
        let before = self.target(id)?;
        let mut after = before.clone();
        let record = Arc::make_mut(&mut after.record);
        // Collects the violations of all fields.
        let mut violations = Violations::new();
        violations.value_or_default(update.apply(&mut record.state));
        record.compute_keys(&before.record.state, self.country().ok());
        let custom_fields = update.fields.custom_fields.as_ref();
        let ignored = violations.value_or_default(self.apply_custom_fields(&mut after, custom_fields));
        violations.into_result(())?;
        let action = after.action_since(before);
        self.put(after, action, ignored)
    }

    fn set_active_agent(&mut self, id: ContactId, agent: Option<AgentId>) -> Result<Applied> {
        self.target(id)?;
        if let Some(agent) = agent {
            self.agent_name(agent)?;
        }
        self.change_record(id, Action::Updated, |record| record.active_agent_id = agent)
    }

    fn record_thread(&mut self, id: ContactId, new: &NewThread) -> Result<Applied> {
        let mut after = self.target(id)?.clone();
        let thread = AgentThread {
            id: self.clock.new_id().into(),
            agent_name: self.agent_name(new.agent_id)?.to_owned(),
            agent_id: new.agent_id,
            kind: new.kind.clone(),
            status: new.status.clone(),
            direction: new.direction.clone(),
            duration: new.duration,
            created_at: new.created_at.unwrap_or_else(|| self.clock.now()),
        };
        // A past thread that is recorded late is not the latest activity.
        let record = Arc::make_mut(&mut after.record);
        record.last_activity = record.last_activity.max(Some(thread.created_at));
        self.working_set.add_thread(self.contact_ref(id), thread.clone());
        let mut applied = self.put(after, Action::Updated, Vec::new())?;
        applied.written.thread = Some(thread);
        Ok(applied)
    }

    fn change_tags(&mut self, id: ContactId, change: &TagChange) -> Result<Applied> {
        let stored = &self.target(id)?.record.state.tags;
        let changed = match change {
            TagChange::Add(sent) => tags::add(stored, sent).map_err(Violations::from)?,
            TagChange::Remove(tag) => tags::remove(stored, tag),
            TagChange::Rename { from, to } => tags::rename(stored, from, to),
        };
        self.change_record(id, Action::Updated, |record| record.state.tags = changed)
    }

    fn delete(&mut self, id: ContactId) -> Result<Applied> {
        self.target(id)?;
        let now = self.clock.now();
        self.change_record(id, Action::Deleted, |record| record.delete(now))
    }

    fn restore(&mut self, id: ContactId, since: Timestamp) -> Result<Applied> {
        let country = self.country()?;
        let before = self.working_set.current_or_deleted(self.contact_ref(id))?;
        if before.record.deleted_at.is_some_and(|at| at < since) {
            return Err(StoreError::ContactNotFound);
        }
        self.check_precondition(Some(&before.record))?;
        if !before.record.is_deleted() {
            return self.change_record(id, Action::Unchanged, |_| {});
        }
        self.change_record(id, Action::Restored, |record| record.restore(country))
    }

    /// Removes a contact permanently. If `deleted_before` is given, the contact must have been deleted before that
    /// time.
    fn erase(&mut self, id: ContactId, deleted_before: Option<Timestamp>) -> Result<Applied> {
        let contact = self.working_set.current_or_deleted(self.contact_ref(id))?;
        if deleted_before.is_some_and(|limit| contact.record.deleted_at.is_none_or(|at| at >= limit)) {
            return Err(StoreError::ContactNotFound);
        }
        self.check_precondition(Some(&contact.record))?;
        let erased = self.build_result(contact, Action::Erased, Vec::new());
        self.remove(id)?;
        Ok(erased)
    }

    pub(super) fn agent_name(&self, agent: AgentId) -> Result<&str> {
        self.data.agents.get(&(self.company(), agent)).map(String::as_str).ok_or_else(|| {
            let detail = format!("The company has no agent with the id {agent}.");
            StoreError::Invalid(Violation::new("/agent_id", ViolationCode::NotFound, detail).into())
        })
    }
}

#[cfg(test)]
mod tests;
