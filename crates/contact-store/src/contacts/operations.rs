//! Applies each kind of write to the contacts of a working set. This module applies the contract's rules to the
//! stored rows.

use std::borrow::Cow;
use std::sync::Arc;

use contact_model::clock::Clock;
use contact_model::matching::{self, Person, Target};
use contact_model::{
    AgentId, AgentThread, CompanyId, ContactId, ContactInsert, ContactState, ContactUpdate, ContactUpsert,
    Country, Handling, MatchPolicy, MatchedBy, NewThread, Timestamp, Violation, ViolationCode, Violations,
    tags,
};

use super::entry::Image;
use super::facts::{CompanyFacts, KeyedWrite};
use super::record::ContactRecord;
use super::working_set::WorkingSet;
use super::write::{Action, Applied, TagChange, WriteOperation};
use crate::StoreError;

/// A write to apply, with the data that it needs.
#[derive(Clone, Copy)]
pub(super) struct Turn<'t> {
    pub(super) write: &'t KeyedWrite<'t>,
    pub(super) facts: &'t CompanyFacts,
    pub(super) clock: &'t dyn Clock,
}

impl Turn<'_> {
    fn company(&self) -> CompanyId {
        self.write.write.company_id
    }

    fn handling(&self) -> Handling {
        self.write.write.options.handling
    }

    /// Refuses the write if its precondition does not hold for an existing contact.
    fn check(&self, record: &ContactRecord) -> Result<(), StoreError> {
        match &self.write.write.if_version {
            Some(needed) if !needed.holds(record.id, record.version) => Err(StoreError::PreconditionFailed),
            _ => Ok(()),
        }
    }

    /// Refuses the write if its precondition requires an existing contact.
    fn check_no_contact(&self) -> Result<(), StoreError> {
        match &self.write.write.if_version {
            Some(_) => Err(StoreError::PreconditionFailed),
            None => Ok(()),
        }
    }

    /// Returns the company's country, which is loaded for companies whose phone numbers are parsed.
    fn country(&self) -> Result<Country, StoreError> {
        self.facts.countries.get(&self.company()).copied().ok_or(StoreError::CompanyNotFound)
    }
}

impl WorkingSet {
    /// Applies a write. A refused write changes nothing.
    pub(super) fn apply(&mut self, turn: &Turn<'_>) -> Result<Applied, StoreError> {
        match &turn.write.write.operation {
            WriteOperation::Upsert(upsert, policy) => self.upsert(turn, upsert, *policy),
            WriteOperation::Insert(insert) => self.insert(turn, insert),
            WriteOperation::Update(id, update) => self.update(turn, *id, update),
            WriteOperation::SetActiveAgent(id, agent) => self.set_active_agent(turn, *id, *agent),
            WriteOperation::RecordThread(id, thread) => self.record_thread(turn, *id, thread),
            WriteOperation::ChangeTags(id, change) => self.change_tags(turn, *id, change),
            WriteOperation::Delete(id) => self.delete(turn, *id),
            WriteOperation::Restore(id, since) => self.restore(turn, *id, *since),
            WriteOperation::Erase(id) => self.erase_contact(turn, *id, |_| true),
            WriteOperation::EraseExpired(id, before) => {
                self.erase_contact(turn, *id, |record| record.deleted_at.is_some_and(|at| at < *before))
            }
        }
    }

    /// Returns the contact that a write names, if it is not deleted and the precondition holds.
    fn target(&self, turn: &Turn<'_>, id: ContactId) -> Result<&Image, StoreError> {
        let image = self.now((turn.company(), id))?;
        turn.check(&image.record)?;
        Ok(image)
    }

    fn upsert(
        &mut self,
        turn: &Turn<'_>,
        upsert: &ContactUpsert,
        policy: MatchPolicy,
    ) -> Result<Applied, StoreError> {
        let (company, country) = (turn.company(), turn.country()?);
        let target = self.choose(turn, upsert, policy)?;
        let made;
        let before = match target.contact {
            Some((id, _)) => self.target(turn, id)?,
            None => {
                turn.check_no_contact()?;
                let (id, now) = (turn.clock.new_id().into(), turn.clock.now());
                made = Image::new(ContactRecord::new(company, id, now));
                &made
            }
        };
        let mut image = before.clone();
        // Collects the violations of all fields, so no error is returned early.
        let (mut ignored, mut bad) = (Vec::new(), Violations::new());
        let (facts, handling) = (turn.facts, turn.handling());
        let create = match (target.contact, target.left_out) {
            (None, _) => {
                let begins = upsert.custom_fields_on_create();
                ignored = bad.value_or_default(image.begin_custom_fields(begins, company, facts, handling));
                upsert.for_new()
            }
            (Some(_), Some(by)) => {
                ignored.push(by.key().to_owned());
                Cow::Owned(upsert.create.without(by))
            }
            (Some(_), None) if upsert.keeps_phone_of(&before.record.state, country) => {
                ignored.push(MatchedBy::Phone.key().to_owned());
                Cow::Owned(upsert.create.without(MatchedBy::Phone))
            }
            (Some(_), None) => Cow::Borrowed(&upsert.create),
        };
        let record = Arc::make_mut(&mut image.record);
        bad.value_or_default(create.apply(&mut record.state, country));
        record.compute_keys(&before.record.state, Some(country));
        let sent = create.fields.custom_fields.as_ref();
        ignored.extend(bad.value_or_default(image.apply_custom_fields(sent, company, facts, handling)));
        bad.into_result(())?;
        let action = match target.contact {
            None => Action::Created,
            Some(_) => image.action_since(before),
        };
        let matched_by = target.contact.map(|(_, by)| by);
        Ok(Applied { matched_by, ..self.finish(turn, image, action, ignored) })
    }

    /// Chooses the contact that an upsert applies to.
    fn choose(
        &self,
        turn: &Turn<'_>,
        upsert: &ContactUpsert,
        policy: MatchPolicy,
    ) -> Result<Target, StoreError> {
        let KeyedWrite { phone, email, .. } = turn.write;
        let by_phone = match policy {
            MatchPolicy::Person => {
                let name = upsert.create.sent_name();
                let email_key = email.as_ref().map(|key| key.key.as_str());
                self.person(phone.as_ref(), &Person { name, email_key })
            }
            _ => self.oldest(phone.as_ref()),
        };
        let by_email = self.oldest(email.as_ref());
        matching::choose(policy, turn.handling(), by_phone, by_email).map_err(StoreError::ContactsCollide)
    }

    fn insert(&mut self, turn: &Turn<'_>, insert: &ContactInsert) -> Result<Applied, StoreError> {
        let (company, country) = (turn.company(), turn.country()?);
        let id = insert.id.unwrap_or_else(|| turn.clock.new_id().into());
        if self.now_or_deleted((company, id)).is_ok() {
            return Err(StoreError::ContactTaken { id });
        }
        turn.check_no_contact()?;
        let now = turn.clock.now();
        let mut record = ContactRecord::new(company, id, insert.created_at.unwrap_or(now));
        if insert.id.is_some() {
            // An erased contact may have had this id, and none of its versions may be reused.
            record.version = now.as_micros();
        }
        record.updated_at = insert.updated_at.unwrap_or(now);
        record.last_activity = insert.last_activity;
        record.profile_picture_url.clone_from(&insert.profile_picture_url);
        record.state = insert.state.clone();
        record.compute_keys(&ContactState::default(), Some(country));
        let mut image = Image::new(record);
        let ignored =
            image.apply_custom_fields(insert.custom_fields.as_ref(), company, turn.facts, turn.handling())?;
        Ok(self.finish(turn, image, Action::Created, ignored))
    }

    fn update(
        &mut self,
        turn: &Turn<'_>,
        id: ContactId,
        update: &ContactUpdate,
    ) -> Result<Applied, StoreError> {
        let company = turn.company();
        let before = self.target(turn, id)?;
        let mut image = before.clone();
        let record = Arc::make_mut(&mut image.record);
        // Collects the violations of all fields.
        let mut bad = Violations::new();
        bad.value_or_default(update.apply(&mut record.state));
        record.compute_keys(&before.record.state, turn.country().ok());
        let sent = update.fields.custom_fields.as_ref();
        let ignored =
            bad.value_or_default(image.apply_custom_fields(sent, company, turn.facts, turn.handling()));
        bad.into_result(())?;
        let action = image.action_since(before);
        Ok(self.finish(turn, image, action, ignored))
    }

    fn set_active_agent(
        &mut self,
        turn: &Turn<'_>,
        id: ContactId,
        agent: Option<AgentId>,
    ) -> Result<Applied, StoreError> {
        let before = self.target(turn, id)?;
        if let Some(agent) = agent {
            agent_name(turn.company(), agent, turn.facts)?;
        }
        self.change(turn, before.clone(), |record| record.active_agent_id = agent)
    }

    fn record_thread(
        &mut self,
        turn: &Turn<'_>,
        id: ContactId,
        new: &NewThread,
    ) -> Result<Applied, StoreError> {
        let contact = (turn.company(), id);
        let mut image = self.target(turn, id)?.clone();
        let thread = AgentThread {
            id: turn.clock.new_id().into(),
            agent_name: agent_name(turn.company(), new.agent_id, turn.facts)?.to_owned(),
            agent_id: new.agent_id,
            kind: new.kind.clone(),
            status: new.status.clone(),
            direction: new.direction.clone(),
            duration: new.duration,
            created_at: new.created_at.unwrap_or_else(|| turn.clock.now()),
        };
        // A past thread that is recorded late is not the latest activity.
        let record = Arc::make_mut(&mut image.record);
        record.last_activity = record.last_activity.max(Some(thread.created_at));
        self.add_thread(contact, thread.clone());
        let applied = self.finish(turn, image, Action::Updated, Vec::new());
        Ok(Applied { thread: Some(thread), ..applied })
    }

    fn change_tags(
        &mut self,
        turn: &Turn<'_>,
        id: ContactId,
        change: &TagChange,
    ) -> Result<Applied, StoreError> {
        let before = self.target(turn, id)?;
        let now = match change {
            TagChange::Add(sent) => tags::add(&before.record.state.tags, sent).map_err(Violations::from)?,
            TagChange::Remove(tag) => tags::remove(&before.record.state.tags, tag),
            TagChange::Rename { from, to } => tags::rename(&before.record.state.tags, from, to),
        };
        self.change(turn, before.clone(), |record| record.state.tags = now)
    }

    fn delete(&mut self, turn: &Turn<'_>, id: ContactId) -> Result<Applied, StoreError> {
        let before = self.target(turn, id)?;
        let deleted = self.change(turn, before.clone(), |record| record.delete(turn.clock.now()))?;
        Ok(Applied { action: Action::Deleted, ..deleted })
    }

    fn restore(&mut self, turn: &Turn<'_>, id: ContactId, since: Timestamp) -> Result<Applied, StoreError> {
        let country = turn.country()?;
        let before = self.now_or_deleted((turn.company(), id))?;
        if before.record.deleted_at.is_some_and(|at| at < since) {
            return Err(StoreError::ContactNotFound);
        }
        turn.check(&before.record)?;
        if !before.record.is_deleted() {
            return self.change(turn, before.clone(), |_| {});
        }
        let restored = self.change(turn, before.clone(), |record| record.restore(country))?;
        Ok(Applied { action: Action::Restored, ..restored })
    }

    fn erase_contact(
        &mut self,
        turn: &Turn<'_>,
        id: ContactId,
        may: impl Fn(&ContactRecord) -> bool,
    ) -> Result<Applied, StoreError> {
        let contact = (turn.company(), id);
        let image = self.now_or_deleted(contact)?;
        if !may(&image.record) {
            return Err(StoreError::ContactNotFound);
        }
        turn.check(&image.record)?;
        let erased = self.answer(turn, image, Action::Erased, Vec::new());
        self.erase(contact);
        Ok(erased)
    }

    /// Changes the row of a contact.
    fn change(
        &mut self,
        turn: &Turn<'_>,
        before: Image,
        change: impl FnOnce(&mut ContactRecord),
    ) -> Result<Applied, StoreError> {
        let mut image = before.clone();
        change(Arc::make_mut(&mut image.record));
        let action = image.action_since(&before);
        Ok(self.finish(turn, image, action, Vec::new()))
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
