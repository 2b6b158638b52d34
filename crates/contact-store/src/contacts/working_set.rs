//! The contacts that a set of writes touches, changed in memory: where the contract's rules meet
//! the stored rows. Pure: it loads nothing and writes nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use contact_model::clock::Clock;
use contact_model::{
    AgentId, AgentThread, CompanyId, ContactCreate, ContactId, ContactUpdate, NewThread, Patch, Violation,
    ViolationCode, Violations, matching,
};

use super::entry::Entry;
use super::facts::CompanyFacts;
use super::record::ContactRecord;
use super::transaction::{Changes, ContactKey, CustomFieldValue, KeyKind, MatchingKey, ThreadRow};
use super::write::{Action, ContactWrite, WriteOperation, Written};
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
        contacts: Vec<ContactRecord>,
        values: Vec<CustomFieldValue>,
        keys: BTreeSet<MatchingKey>,
        matches: HashMap<MatchingKey, ContactId>,
    ) -> Result<Self, StoreError> {
        let mut entries: BTreeMap<ContactKey, Entry> = contacts
            .into_iter()
            .map(|record| ((record.company_id, record.id), Entry::stored(record)))
            .collect();
        for value in values {
            if let Some(entry) = entries.get_mut(&value.contact) {
                entry.values.insert(value.field_id, value.value.clone());
                entry.stored_values.insert(value.field_id, value.value);
            }
        }
        for (key, contact) in &matches {
            let holds = entries.get(&(key.company_id, *contact)).is_some_and(|entry| entry.record.has(key));
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
        Ok(Self { entries, matches, outdated: BTreeSet::new(), threads: Vec::new() })
    }

    /// True where the contact that the write applies to is certain; otherwise what was done so far
    /// is to be written and the rest loaded anew.
    pub(super) fn knows_targets_of(&self, write: &ContactWrite, facts: &CompanyFacts) -> bool {
        self.outdated.is_empty() || write.matching_keys(facts).all(|key| !self.outdated.contains(&key))
    }

    /// Applies a write. A refused one changes nothing.
    pub(super) fn apply(
        &mut self,
        write: &ContactWrite,
        facts: &CompanyFacts,
        clock: &dyn Clock,
    ) -> Result<Written, StoreError> {
        match &write.operation {
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
        write: &ContactWrite,
        create: &ContactCreate,
        facts: &CompanyFacts,
        clock: &dyn Clock,
    ) -> Result<Written, StoreError> {
        let company = write.company_id;
        let country = facts.countries.get(&company).copied().ok_or(StoreError::CompanyNotFound)?;
        let (mut by_phone, mut by_email) = (None, None);
        for key in write.matching_keys(facts) {
            let hit = self.matches.get(&key).copied().flatten();
            match key.kind {
                KeyKind::Phone => by_phone = hit,
                KeyKind::Email => by_email = hit,
            }
        }
        let target = matching::choose(by_phone, by_email);
        let before = match target.contact {
            Some(id) => self.entry((company, id))?,
            None => Entry::new(ContactRecord::new(company, clock.new_id().into(), clock.now())),
        };
        let mut entry = before.clone();
        let without_email;
        let (create, mut ignored) = if target.leaves_out_email {
            without_email = ContactCreate { email: Patch::Keep, ..create.clone() };
            (&without_email, vec!["email".to_owned()])
        } else {
            (create, Vec::new())
        };
        create.apply(&mut entry.record.state, country).map_err(Violations::from)?;
        entry.record.compute_keys(&before.record.state, Some(country));
        ignored.extend(entry.apply_custom_fields(create.custom_fields.as_ref(), company, facts)?);
        let action = match target.contact {
            None => Action::Created,
            Some(_) => entry.action_since(&before),
        };
        Ok(self.finish(write, entry, action, ignored, facts, clock))
    }

    fn update(
        &mut self,
        write: &ContactWrite,
        id: ContactId,
        update: &ContactUpdate,
        facts: &CompanyFacts,
        clock: &dyn Clock,
    ) -> Result<Written, StoreError> {
        let company = write.company_id;
        let before = self.entry((company, id))?;
        let mut entry = before.clone();
        update.apply(&mut entry.record.state);
        entry.record.compute_keys(&before.record.state, facts.countries.get(&company).copied());
        let ignored = entry.apply_custom_fields(update.custom_fields.as_ref(), company, facts)?;
        let action = entry.action_since(&before);
        Ok(self.finish(write, entry, action, ignored, facts, clock))
    }

    fn set_active_agent(
        &mut self,
        write: &ContactWrite,
        id: ContactId,
        agent: Option<AgentId>,
        facts: &CompanyFacts,
        clock: &dyn Clock,
    ) -> Result<Written, StoreError> {
        let before = self.entry((write.company_id, id))?;
        if let Some(agent) = agent {
            agent_name(write.company_id, agent, facts)?;
        }
        let mut entry = before.clone();
        entry.record.active_agent_id = agent;
        let action = entry.action_since(&before);
        Ok(self.finish(write, entry, action, Vec::new(), facts, clock))
    }

    fn record_thread(
        &mut self,
        write: &ContactWrite,
        id: ContactId,
        new: &NewThread,
        facts: &CompanyFacts,
        clock: &dyn Clock,
    ) -> Result<Written, StoreError> {
        let contact = (write.company_id, id);
        let mut entry = self.entry(contact)?;
        let thread = AgentThread {
            id: clock.new_id().into(),
            agent_name: agent_name(write.company_id, new.agent_id, facts)?.to_owned(),
            agent_id: new.agent_id,
            kind: new.kind.clone(),
            status: new.status.clone(),
            direction: new.direction.clone(),
            duration: new.duration,
            created_at: new.created_at.unwrap_or_else(|| clock.now()),
        };
        // A thread of the past, recorded late, is not the latest activity.
        let latest = entry.record.last_activity.max(Some(thread.created_at));
        entry.record.last_activity = latest;
        self.threads.push(ThreadRow { contact, thread: thread.clone() });
        let written = self.finish(write, entry, Action::Updated, Vec::new(), facts, clock);
        Ok(Written { thread: Some(thread), ..written })
    }

    fn entry(&self, contact: ContactKey) -> Result<Entry, StoreError> {
        self.entries.get(&contact).cloned().ok_or(StoreError::ContactNotFound)
    }

    /// Keeps a changed entry and answers for it.
    fn finish(
        &mut self,
        write: &ContactWrite,
        mut entry: Entry,
        action: Action,
        ignored: Vec<String>,
        facts: &CompanyFacts,
        clock: &dyn Clock,
    ) -> Written {
        if action != Action::Unchanged {
            entry.record.version += 1;
            if action == Action::Updated {
                entry.record.updated_at = entry.record.updated_at.max(clock.now());
            }
            self.move_keys(&entry.record);
        }
        let custom_fields = if write.include.custom_fields {
            entry.named_values(facts.custom_fields.get(&write.company_id))
        } else {
            BTreeMap::new()
        };
        let contact = entry.record.clone().into_contact(write.include, custom_fields);
        self.entries.insert((write.company_id, entry.record.id), entry);
        Written { action, contact, ignored, thread: None }
    }

    /// Lets later writes of the set find the contact by the keys that it has now.
    fn move_keys(&mut self, record: &ContactRecord) {
        let before = self.entries.get(&(record.company_id, record.id)).map(|entry| &entry.record);
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
        oldest.is_none_or(|oldest| {
            (record.created_at, record.id) < (oldest.record.created_at, oldest.record.id)
        })
    }

    /// What is to be written.
    pub(super) fn into_changes(self) -> Changes {
        let mut changes = Changes { threads: self.threads, ..Changes::default() };
        for (contact, entry) in self.entries {
            for (field, value) in &entry.values {
                if entry.stored_values.get(field) != Some(value) {
                    changes.values_put.push(CustomFieldValue {
                        contact,
                        field_id: *field,
                        value: value.clone(),
                    });
                }
            }
            let removed = entry.stored_values.keys().filter(|field| !entry.values.contains_key(field));
            changes.values_removed.extend(removed.map(|field| (contact, *field)));
            match entry.stored {
                None => changes.inserted.push(entry.record),
                Some(stored) if stored != entry.record => changes.updated.push(entry.record),
                Some(_) => {}
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
