//! A write with the matching keys that it looks up, and the data that each write requires.

use contact_model::matching::{MatchingKeys, PERSON_CANDIDATES};
use contact_model::{AgentId, ContactId, MatchPolicy};

use super::company_data::CompanyData;
use super::transaction::{KeyKind, MatchingKey};
use super::write::{ContactWrite, WriteOperation};
use crate::StoreError;
use crate::idempotency::keyed_requests::KeyedRequests;

/// A write with the matching keys by which it looks for an existing contact. The keys are computed once.
pub(crate) struct MatchableWrite<'w> {
    pub(super) request: &'w ContactWrite,
    pub(super) phone: Option<MatchingKey>,
    pub(super) email: Option<MatchingKey>,
    /// The reason not to do the write, if it is known in advance. Such a write looks up no contact and locks no
    /// key.
    pub(super) refusal: Option<StoreError>,
}

impl<'w> MatchableWrite<'w> {
    pub(super) fn new(write: &'w ContactWrite, data: &CompanyData, keyed_requests: &KeyedRequests) -> Self {
        let company_id = write.company_id;
        let refusal =
            write.idempotency.as_ref().and_then(|idempotency| keyed_requests.check(idempotency).err());
        let keys = match (&write.operation, data.countries.get(&company_id)) {
            (WriteOperation::Upsert(upsert, _), Some(country)) if refusal.is_none() => {
                upsert.create.matching_keys(*country)
            }
            _ => MatchingKeys::default(),
        };
        let phone = keys.phone.map(|key| MatchingKey { company_id, kind: KeyKind::Phone, key });
        let email = keys.email.map(|key| MatchingKey { company_id, kind: KeyKind::Email, key });
        Self { request: write, phone, email, refusal }
    }

    /// Returns the contact that the write names. `None` if it is to find or create one, or if the write is not to
    /// be done.
    pub(super) fn contact(&self) -> Option<ContactId> {
        self.request.contact().filter(|_| self.refusal.is_none())
    }

    /// Returns the keys that the write looks up, each with the number of contacts to look at.
    pub(super) fn lookups(&self) -> impl Iterator<Item = (&MatchingKey, usize)> {
        let seeks_person = matches!(&self.request.operation, WriteOperation::Upsert(_, MatchPolicy::Person));
        let limit = if seeks_person { PERSON_CANDIDATES } else { 1 };
        self.phone.iter().map(move |key| (key, limit)).chain(self.email.iter().map(|key| (key, 1)))
    }

    /// Returns how many contacts the write looks at. `count` returns the number for a key and its maximum.
    pub(super) fn contacts(&self, count: impl Fn(&MatchingKey, usize) -> usize) -> usize {
        let matched: usize = self.lookups().map(|(key, limit)| count(key, limit)).sum();
        matched + usize::from(self.contact().is_some())
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &MatchingKey> {
        self.phone.iter().chain(&self.email)
    }
}

impl ContactWrite {
    /// Returns the contact that the write names. `None` if it is to find or create one.
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

    /// Returns true if the effect of the write depends on the company's country.
    pub(super) fn reads_phone(&self) -> bool {
        match &self.operation {
            WriteOperation::Upsert(..) | WriteOperation::Insert(_) | WriteOperation::Restore(..) => true,
            WriteOperation::Update(_, update) => !update.fields.phone_number.is_keep(),
            _ => false,
        }
    }

    /// Returns true if the write stores or returns custom-field values.
    pub(super) fn needs_custom_fields(&self) -> bool {
        let writes = match &self.operation {
            WriteOperation::Upsert(upsert, _) => upsert.has_custom_fields(),
            WriteOperation::Insert(insert) => insert.custom_fields.is_some(),
            WriteOperation::Update(_, update) => update.fields.custom_fields.is_some(),
            _ => false,
        };
        writes || self.include.custom_fields
    }

    /// Returns true if the write changes only the row of the contact that it names, and nothing by which the
    /// contact is found. Such a write neither stores its response nor returns data of other rows.
    pub(super) fn changes_one_row(&self) -> bool {
        if self.idempotency.is_some() || self.needs_custom_fields() {
            return false;
        }
        match &self.operation {
            WriteOperation::Update(_, update) => {
                !update.fields.writes_searched_texts() && !update.writes_tags()
            }
            WriteOperation::SetActiveAgent(..) => true,
            _ => false,
        }
    }

    /// Returns the agent that the write refers to.
    pub(super) fn agent(&self) -> Option<AgentId> {
        match &self.operation {
            WriteOperation::SetActiveAgent(_, agent) => *agent,
            WriteOperation::RecordThread(_, thread) => Some(thread.agent_id),
            _ => None,
        }
    }
}
