//! Applies each kind of write to the contacts of a working set. This module applies the contract's rules to the
//! stored rows.

use std::sync::Arc;

use contact_model::{
    AgentId, AgentThread, ContactId, ContactInsert, ContactState, ContactUpdate, NewThread, Timestamp,
    Violation, ViolationCode, Violations, tags,
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
            WriteOperation::Merge(id, merge) => self.merge(*id, merge),
            WriteOperation::Erase(id) => self.erase(*id, None),
            WriteOperation::EraseExpired(id, before) => self.erase(*id, Some(*before)),
        }
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
        let contact = self.contact_ref(id);
        self.working_set.refuse_merged(contact)?;
        let before = self.working_set.current_or_deleted(contact)?;
        if before.record.deleted_at.is_some_and(|at| at < since) {
            return Err(StoreError::ContactNotFound);
        }
        self.check_precondition(Some(&before.record))?;
        if !before.record.is_deleted() {
            return self.change_record(id, Action::Unchanged, |_| {});
        }
        self.restore_contact(id)
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
        self.remove_with_merged(id)?;
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
