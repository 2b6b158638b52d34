//! Applies each kind of write to the contacts of a working set. This module applies the contract's rules to the
//! stored rows.

use std::borrow::Cow;
use std::sync::Arc;

use contact_model::contact::ContactMerge;
use contact_model::matching::{self, PersonKeys, Target};
use contact_model::{
    AgentId, AgentThread, ContactId, ContactInsert, ContactState, ContactUpdate, ContactUpsert, MatchPolicy,
    MatchedBy, NewThread, Timestamp, Violation, ViolationCode, Violations, tags,
};

use super::contact_snapshot::ContactSnapshot;
use super::prepared_write::PreparedWrite;
use super::record::ContactRecord;
use super::transaction::MatchingKey;
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
        let mut after = match target.merged {
            Some(other) => {
                let other = self.working_set.current(self.contact_ref(other))?;
                self.merged(before, other, &ContactMerge::new(other.record.id))?
            }
            None => before.clone(),
        };
        let found_by = self.merged_match(target.contact, &before.record);
        let unchanged = found_by.map(|_| after.clone());
        // Collects the violations of all fields, so no error is returned early.
        let (mut ignored, mut violations) = (Vec::new(), Violations::new());
        let create = match target.contact {
            None => {
                let on_create = self
                    .apply_custom_fields(&mut after, upsert.custom_fields_on_create())
                    .map_err(|violations| violations.with_prefix("/on_create"));
                let names = violations.value_or_default(on_create);
                ignored.extend(names.into_iter().map(|name| format!("on_create.{name}")));
                upsert.for_new()
            }
            Some(_) => {
                let mut create = Cow::Borrowed(&upsert.create);
                for by in self.values_left_out(upsert, policy, &target, &before.record)? {
                    ignored.push(by.key().to_owned());
                    create = Cow::Owned(create.without(by));
                }
                create
            }
        };
        let record = Arc::make_mut(&mut after.record);
        violations.value_or_default(create.apply(&mut record.state, country));
        let custom_fields = create.fields.custom_fields.as_ref();
        ignored.extend(violations.value_or_default(self.apply_custom_fields(&mut after, custom_fields)));
        violations.into_result(())?;
        if let Some((found_by, unchanged)) = found_by.zip(unchanged) {
            let mut changed = found_by.clone();
            let state = &mut Arc::make_mut(&mut changed.record).state;
            // It repeats nothing if the merged contact could not have all of it.
            let is_applied = create.apply(state, country).is_ok()
                && self.apply_custom_fields(&mut changed, custom_fields).is_ok();
            if is_applied {
                after.undo_repetitions(&unchanged, [found_by, &changed]);
            }
        }
        Arc::make_mut(&mut after.record).compute_keys(&before.record.state, Some(country));
        let action = match target {
            Target { merged: Some(_), .. } => Action::Merged,
            Target { contact: None, .. } => Action::Created,
            _ => after.action_since(before),
        };
        if let (Some((id, _)), Some(other)) = (target.contact, target.merged) {
            self.merge_away(other, id)?;
        }
        let mut applied = self.put_merged(after, action, ignored, target.merged)?;
        applied.written.matched_by = target.contact.map(|(_, by)| by);
        Ok(applied)
    }

    /// Chooses the contact that an upsert applies to.
    fn choose_target(&self, upsert: &ContactUpsert, policy: MatchPolicy) -> Result<Target> {
        let [by_phone, by_email] = self.find_matches(upsert, policy);
        matching::choose(policy, self.handling(), by_phone, by_email).map_err(StoreError::ContactsCollide)
    }

    /// Returns the contacts that an upsert finds by its phone number and by its email address.
    fn find_matches(&self, upsert: &ContactUpsert, policy: MatchPolicy) -> [Option<ContactId>; 2] {
        let (phone, email) = (self.prepared.phone.as_ref(), self.prepared.email.as_ref());
        let by_phone = match policy {
            MatchPolicy::Person => {
                let email_key = email.map(|key| key.key.as_str());
                self.working_set.person(phone, &PersonKeys { name: upsert.create.sent_name(), email_key })
            }
            MatchPolicy::Phone | MatchPolicy::Email | MatchPolicy::Merge | MatchPolicy::Reject => {
                self.working_set.oldest(phone)
            }
        };
        [by_phone, self.working_set.oldest(email)]
    }

    /// Returns the merged contact by which an upsert found its target.
    fn merged_match(
        &self,
        target: Option<(ContactId, MatchedBy)>,
        before: &ContactRecord,
    ) -> Option<&ContactSnapshot> {
        let key = match target?.1 {
            MatchedBy::Phone => self.prepared.phone.as_ref(),
            MatchedBy::Email => self.prepared.email.as_ref(),
        };
        self.working_set.merged_match(key, before)
    }

    /// Returns the values of a create that are not stored in the contact that it updates: those that belong to another
    /// contact or are shorter than the stored ones, and those by which a merged contact was found, because the other
    /// contact keeps its own. Strict handling leaves out none of the latter.
    fn values_left_out(
        &self,
        upsert: &ContactUpsert,
        policy: MatchPolicy,
        target: &Target,
        before: &ContactRecord,
    ) -> Result<Vec<MatchedBy>> {
        let PreparedWrite { phone, email, .. } = self.prepared;
        let [by_phone, by_email] = self.find_matches(upsert, policy);
        let is_of_merged = |key: &Option<MatchingKey>, found| {
            let has_key = key.as_ref().is_some_and(|key| before.has(key));
            found == Some(before.id) && !has_key && !self.handling().is_strict()
        };
        let has_email = before.state.email.as_ref().is_some_and(|email| !email.is_empty());
        let keeps_phone = upsert.keeps_phone_of(&before.state, self.country()?)
            || (is_of_merged(phone, by_phone) && before.has_phone());
        let keeps_email = is_of_merged(email, by_email) && has_email;
        let kept = [(MatchedBy::Phone, keeps_phone), (MatchedBy::Email, keeps_email)].into_iter();
        let left_out = kept.filter(|(by, is_kept)| *is_kept || target.not_stored == Some(*by));
        Ok(left_out.map(|(by, _)| by).collect())
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
