//! The contacts that a set of writes touches, changed in memory: where the contract's rules meet
//! the stored rows. Pure: it loads nothing and writes nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use contact_model::clock::Clock;
use contact_model::custom_field::CustomFieldValues;
use contact_model::{
    AgentId, AgentThread, CompanyId, ContactCreate, ContactId, ContactUpdate, NewThread, Patch, Violation,
    ViolationCode, Violations, matching,
};

use super::entry::{Entry, Image};
use super::facts::{CompanyFacts, KeyedWrite};
use super::record::ContactRecord;
use super::transaction::{
    Changes, ContactKey, CustomFieldValue, KeyKind, LoadedContacts, MatchingKey, Revision, ThreadRow,
};
use super::write::{Action, Applied, WriteOperation};
use crate::StoreError;

/// The contacts that a set of writes touches.
pub(super) struct WorkingSet {
    entries: BTreeMap<ContactKey, Entry>,
    /// For each key that was looked up, the oldest contact that has it.
    matches: HashMap<MatchingKey, Option<ContactId>>,
    /// Keys whose oldest contact lost them here: who has them now is to be looked up again.
    outdated: BTreeSet<MatchingKey>,
    threads: Vec<ThreadRow>,
}

impl WorkingSet {
    /// Takes what was loaded.
    ///
    /// # Errors
    /// A matched contact does not have its key any more: another transaction was faster.
    pub(super) fn new(
        loaded: LoadedContacts,
        values: Vec<CustomFieldValue>,
        keys: BTreeSet<MatchingKey>,
    ) -> Result<Self, StoreError> {
        let LoadedContacts { records, matches } = loaded;
        let mut images: BTreeMap<ContactKey, Image> =
            records.into_iter().map(|(key, record)| (key, Image::new(record))).collect();
        for value in values {
            if let Some(image) = images.get_mut(&value.contact) {
                image.values.insert(value.field_id, value.value);
            }
        }
        for (key, contact) in &matches {
            let holds = images.get(&(key.company_id, *contact)).is_some_and(|image| image.record.has(key));
            if !holds {
                return Err(StoreError::conflict("a matched contact changed its phone or email"));
            }
        }
        let matches = keys
            .into_iter()
            .map(|key| {
                let contact = matches.get(&key).copied();
                (key, contact)
            })
            .collect();
        let entries = images.into_iter().map(|(key, image)| (key, Entry::Loaded(image))).collect();
        Ok(Self { entries, matches, outdated: BTreeSet::new(), threads: Vec::new() })
    }

    /// True where the contact that the write applies to is certain; otherwise what was done so far
    /// is to be written and the rest loaded anew.
    pub(super) fn knows_targets_of(&self, write: &KeyedWrite<'_>) -> bool {
        write.keys().all(|key| !self.outdated.contains(key))
    }

    /// Applies a write. A refused one changes nothing.
    pub(super) fn apply(
        &mut self,
        write: &KeyedWrite<'_>,
        facts: &CompanyFacts,
        clock: &dyn Clock,
    ) -> Result<Applied, StoreError> {
        match &write.write.operation {
            WriteOperation::Upsert(create) => self.upsert(write, create, facts, clock),
            WriteOperation::Update(id, update) => self.update(write, *id, update, facts, clock),
            WriteOperation::SetActiveAgent(id, agent) => {
                self.set_active_agent(write, *id, *agent, facts, clock)
            }
            WriteOperation::RecordThread(id, thread) => self.record_thread(write, *id, thread, facts, clock),
        }
    }

    fn upsert(
        &mut self,
        write: &KeyedWrite<'_>,
        create: &ContactCreate,
        facts: &CompanyFacts,
        clock: &dyn Clock,
    ) -> Result<Applied, StoreError> {
        let company = write.write.company_id;
        let country = facts.countries.get(&company).copied().ok_or(StoreError::CompanyNotFound)?;
        let hit = |key: &Option<MatchingKey>| self.matches.get(key.as_ref()?).copied().flatten();
        let target = matching::choose(hit(&write.phone), hit(&write.email));
        let made;
        let before = match target.contact {
            Some(id) => self.now((company, id))?,
            None => {
                made = Image::new(ContactRecord::new(company, clock.new_id().into(), clock.now()));
                &made
            }
        };
        let mut image = before.clone();
        let without_email;
        let (create, mut ignored) = if target.leaves_out_email {
            without_email = ContactCreate { email: Patch::Keep, ..create.clone() };
            (&without_email, vec!["email".to_owned()])
        } else {
            (create, Vec::new())
        };
        let record = Arc::make_mut(&mut image.record);
        create.apply(&mut record.state, country).map_err(Violations::from)?;
        record.compute_keys(&before.record.state, Some(country));
        ignored.extend(image.apply_custom_fields(create.custom_fields.as_ref(), company, facts)?);
        let action = match target.contact {
            None => Action::Created,
            Some(_) => image.action_since(before),
        };
        Ok(self.finish(write, image, action, ignored, facts, clock))
    }

    fn update(
        &mut self,
        write: &KeyedWrite<'_>,
        id: ContactId,
        update: &ContactUpdate,
        facts: &CompanyFacts,
        clock: &dyn Clock,
    ) -> Result<Applied, StoreError> {
        let company = write.write.company_id;
        let before = self.now((company, id))?;
        let mut image = before.clone();
        let record = Arc::make_mut(&mut image.record);
        update.apply(&mut record.state);
        record.compute_keys(&before.record.state, facts.countries.get(&company).copied());
        let ignored = image.apply_custom_fields(update.custom_fields.as_ref(), company, facts)?;
        let action = image.action_since(before);
        Ok(self.finish(write, image, action, ignored, facts, clock))
    }

    fn set_active_agent(
        &mut self,
        write: &KeyedWrite<'_>,
        id: ContactId,
        agent: Option<AgentId>,
        facts: &CompanyFacts,
        clock: &dyn Clock,
    ) -> Result<Applied, StoreError> {
        let before = self.now((write.write.company_id, id))?;
        if let Some(agent) = agent {
            agent_name(write.write.company_id, agent, facts)?;
        }
        let mut image = before.clone();
        Arc::make_mut(&mut image.record).active_agent_id = agent;
        let action = image.action_since(before);
        Ok(self.finish(write, image, action, Vec::new(), facts, clock))
    }

    fn record_thread(
        &mut self,
        write: &KeyedWrite<'_>,
        id: ContactId,
        new: &NewThread,
        facts: &CompanyFacts,
        clock: &dyn Clock,
    ) -> Result<Applied, StoreError> {
        let contact = (write.write.company_id, id);
        let mut image = self.now(contact)?.clone();
        let thread = AgentThread {
            id: clock.new_id().into(),
            agent_name: agent_name(write.write.company_id, new.agent_id, facts)?.to_owned(),
            agent_id: new.agent_id,
            kind: new.kind.clone(),
            status: new.status.clone(),
            direction: new.direction.clone(),
            duration: new.duration,
            created_at: new.created_at.unwrap_or_else(|| clock.now()),
        };
        // A thread of the past, recorded late, is not the latest activity.
        let record = Arc::make_mut(&mut image.record);
        record.last_activity = record.last_activity.max(Some(thread.created_at));
        self.threads.push(ThreadRow { contact, thread: thread.clone() });
        let applied = self.finish(write, image, Action::Updated, Vec::new(), facts, clock);
        Ok(Applied { thread: Some(thread), ..applied })
    }

    fn now(&self, contact: ContactKey) -> Result<&Image, StoreError> {
        self.entries.get(&contact).map(Entry::now).ok_or(StoreError::ContactNotFound)
    }

    /// Keeps a changed contact and answers for it.
    fn finish(
        &mut self,
        write: &KeyedWrite<'_>,
        mut image: Image,
        action: Action,
        ignored: Vec<String>,
        facts: &CompanyFacts,
        clock: &dyn Clock,
    ) -> Applied {
        let write = write.write;
        if action != Action::Unchanged {
            let record = Arc::make_mut(&mut image.record);
            record.version += 1;
            if action == Action::Updated {
                record.updated_at = record.updated_at.max(clock.now());
            }
            self.move_keys(&image.record);
        }
        let custom_fields = if write.include.custom_fields {
            image.named_values(facts.custom_fields.get(&write.company_id))
        } else {
            BTreeMap::new()
        };
        let applied = Applied {
            action,
            record: Arc::clone(&image.record),
            include: write.include,
            custom_fields,
            ignored,
            thread: None,
        };
        if action != Action::Unchanged {
            let key = (write.company_id, image.record.id);
            let entry = match self.entries.remove(&key) {
                Some(entry) => entry.then(image),
                None => Entry::Created(image),
            };
            self.entries.insert(key, entry);
        }
        applied
    }

    /// Lets later writes of the set find the contact by the keys that it has now.
    fn move_keys(&mut self, record: &ContactRecord) {
        let before = self.entries.get(&(record.company_id, record.id)).map(|entry| &entry.now().record);
        for kind in [KeyKind::Phone, KeyKind::Email] {
            let had = before.and_then(|before| before.matching_key(kind));
            let has = record.matching_key(kind);
            if had == has {
                continue;
            }
            if let Some(lost) = had
                && self.matches.get(&lost) == Some(&Some(record.id))
            {
                self.outdated.insert(lost);
            }
            if let Some(gained) = has
                && let Some(oldest) = self.matches.get(&gained).copied()
                && self.is_older(record, oldest)
            {
                self.matches.insert(gained, Some(record.id));
            }
        }
    }

    /// True where the contact is older than the one that has its key so far.
    fn is_older(&self, record: &ContactRecord, oldest: Option<ContactId>) -> bool {
        let oldest = oldest.and_then(|id| self.entries.get(&(record.company_id, id)));
        oldest
            .map(|entry| &entry.now().record)
            .is_none_or(|oldest| (record.created_at, record.id) < (oldest.created_at, oldest.id))
    }

    /// What is to be written.
    pub(super) fn into_changes(self) -> Changes {
        let mut changes = Changes { threads: self.threads, ..Changes::default() };
        for (contact, entry) in self.entries {
            let (stored, now) = match entry {
                Entry::Loaded(_) => continue,
                Entry::Changed { stored, now } => (Some(stored), now),
                Entry::Created(now) => (None, now),
            };
            let stored_values = stored.as_ref().map(|stored| &stored.values);
            let value_of = |field| stored_values.and_then(|values| values.get(field));
            let put = now.values.iter().filter(|(field, value)| value_of(field) != Some(*value));
            changes.values_put.extend(put.map(|(field, value)| CustomFieldValue {
                contact,
                field_id: *field,
                value: value.clone(),
            }));
            let stored_fields = stored_values.into_iter().flat_map(CustomFieldValues::keys);
            let removed = stored_fields.filter(|field| !now.values.contains_key(field));
            changes.values_removed.extend(removed.map(|field| (contact, *field)));
            match stored {
                None => changes.inserted.push(now.record),
                Some(stored) => changes.updated.push(Revision { stored: stored.record, now: now.record }),
            }
        }
        changes
    }
}

fn agent_name(company: CompanyId, agent: AgentId, facts: &CompanyFacts) -> Result<&str, StoreError> {
    facts.agents.get(&(company, agent)).map(String::as_str).ok_or_else(|| {
        let violation = Violation::new(
            "/agent_id",
            ViolationCode::NotFound,
            format!("The company has no agent with the id {agent}."),
        );
        StoreError::Invalid(violation.into())
    })
}
