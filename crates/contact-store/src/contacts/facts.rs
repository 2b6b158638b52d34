//! What a set of writes has to know of companies, and what each write asks for.

use std::collections::HashMap;

use contact_model::matching::{MatchingKeys, PERSON_CANDIDATES};
use contact_model::{AgentId, CompanyId, ContactId, Country, CustomField, CustomFieldId, MatchPolicy, Patch};

use super::transaction::{KeyKind, MatchingKey};
use super::write::{ContactWrite, WriteOperation};
use crate::StoreError;
use crate::once::ledger::Ledger;

/// What a set knows of companies before its writes are applied.
#[derive(Debug, Default)]
pub(crate) struct CompanyFacts {
    /// The countries of those whose phone numbers are read.
    pub(crate) countries: HashMap<CompanyId, Country>,
    /// The custom fields of those whose values are written or answered.
    pub(crate) custom_fields: HashMap<CompanyId, Vec<CustomField>>,
    /// How often each of those was changed.
    pub(crate) field_versions: HashMap<(CompanyId, CustomFieldId), i64>,
    /// The names of agents that are referred to and exist.
    pub(crate) agents: HashMap<(CompanyId, AgentId), String>,
}

/// A write with what it looks for an existing contact by, which is worked out once.
pub(crate) struct KeyedWrite<'w> {
    pub(super) write: &'w ContactWrite,
    pub(super) phone: Option<MatchingKey>,
    pub(super) email: Option<MatchingKey>,
    /// Why it is not to be done, where that is known before: it looks for no contact, so it waits for none.
    pub(super) settled: Option<StoreError>,
}

impl<'w> KeyedWrite<'w> {
    pub(super) fn new(write: &'w ContactWrite, facts: &CompanyFacts, ledger: &Ledger) -> Self {
        let company_id = write.company_id;
        let settled = write.once.as_ref().and_then(|once| ledger.admit(once).err());
        let keys = match (&write.operation, facts.countries.get(&company_id)) {
            (WriteOperation::Upsert(upsert, _), Some(country)) if settled.is_none() => {
                upsert.create.matching_keys(*country)
            }
            _ => MatchingKeys::default(),
        };
        let phone = keys.phone.map(|key| MatchingKey { company_id, kind: KeyKind::Phone, key });
        let email = keys.email.map(|key| MatchingKey { company_id, kind: KeyKind::Email, key });
        Self { write, phone, email, settled }
    }

    /// The contact it names, unless it is to find or make one itself, or is not to be done.
    pub(super) fn contact(&self) -> Option<ContactId> {
        self.write.contact().filter(|_| self.settled.is_none())
    }

    /// Returns what it looks for contacts by, and how many contacts of each key it looks at.
    pub(super) fn sought(&self) -> impl Iterator<Item = (&MatchingKey, usize)> {
        let seeks_person = matches!(&self.write.operation, WriteOperation::Upsert(_, MatchPolicy::Person));
        let at_most = if seeks_person { PERSON_CANDIDATES } else { 1 };
        self.phone.iter().map(move |key| (key, at_most)).chain(self.email.iter().map(|key| (key, 1)))
    }

    /// Returns how many contacts it looks at, from the number of each key.
    pub(super) fn contacts(&self, count: impl Fn(&MatchingKey, usize) -> usize) -> usize {
        let matched: usize = self.sought().map(|(key, at_most)| count(key, at_most)).sum();
        matched + usize::from(self.contact().is_some())
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &MatchingKey> {
        self.phone.iter().chain(&self.email)
    }
}

impl ContactWrite {
    /// The contact it names, unless it is to find or make one itself.
    pub(super) fn contact(&self) -> Option<ContactId> {
        match &self.operation {
            WriteOperation::Upsert(..) => None,
            WriteOperation::Insert(insert) => insert.id,
            WriteOperation::Update(id, _)
            | WriteOperation::SetActiveAgent(id, _)
            | WriteOperation::RecordThread(id, _)
            | WriteOperation::ChangeTags(id, _)
            | WriteOperation::Delete(id)
            | WriteOperation::Restore(id, _)
            | WriteOperation::Erase(id)
            | WriteOperation::EraseExpired(id, _) => Some(*id),
        }
    }

    /// True where the company's country decides what it does.
    pub(super) fn reads_phone(&self) -> bool {
        match &self.operation {
            WriteOperation::Upsert(..) | WriteOperation::Insert(_) | WriteOperation::Restore(..) => true,
            WriteOperation::Update(_, update) => !update.phone_number.is_keep(),
            _ => false,
        }
    }

    /// True where values of custom fields are written or answered.
    pub(super) fn needs_custom_fields(&self) -> bool {
        let writes = match &self.operation {
            WriteOperation::Upsert(upsert, _) => upsert.has_custom_fields(),
            WriteOperation::Insert(insert) => insert.custom_fields.is_some(),
            WriteOperation::Update(_, update) => update.custom_fields.is_some(),
            _ => false,
        };
        writes || self.include.custom_fields
    }

    /// True where it takes contacts out for good.
    pub(super) fn erases(&self) -> bool {
        matches!(self.operation, WriteOperation::Erase(_) | WriteOperation::EraseExpired(..))
    }

    /// True where it changes the row of a contact that it names, and nothing that the contact is found by, nor
    /// stores its answer or tells of other rows in it.
    pub(super) fn changes_one_row(&self) -> bool {
        if self.once.is_some() || self.needs_custom_fields() {
            return false;
        }
        match &self.operation {
            WriteOperation::Update(_, update) => {
                let finds = [&update.full_name, &update.first_name, &update.last_name, &update.email];
                finds.into_iter().chain([&update.business_name, &update.phone_number]).all(Patch::is_keep)
                    && !update.writes_tags()
            }
            WriteOperation::SetActiveAgent(..) => true,
            _ => false,
        }
    }

    /// The agent that it refers to.
    pub(super) fn agent(&self) -> Option<AgentId> {
        match &self.operation {
            WriteOperation::SetActiveAgent(_, agent) => *agent,
            WriteOperation::RecordThread(_, thread) => Some(thread.agent_id),
            _ => None,
        }
    }
}
