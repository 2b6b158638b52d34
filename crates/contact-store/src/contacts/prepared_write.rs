//! A write with the matching keys that it looks up, and the data that each write requires.

use contact_model::matching::{MatchingKeys, PERSON_CANDIDATES};
use contact_model::{AgentId, ContactId, MatchPolicy};

use super::company_data::CompanyData;
use super::transaction::{KeyKind, MatchingKey};
use super::write::{ContactWrite, WriteOperation};
use crate::StoreError;
use crate::idempotency::keyed_requests::KeyedRequests;

/// A write that is ready to be applied. The matching keys by which it looks for an existing contact are computed.
pub(crate) struct PreparedWrite<'w> {
    pub(super) write: &'w ContactWrite,
    pub(super) phone: Option<MatchingKey>,
    pub(super) email: Option<MatchingKey>,
    /// The reason not to do the write, if it is known in advance. Such a write looks up no contact and locks no
    /// key.
    pub(super) refusal: Option<StoreError>,
}

/// What a write needs besides the contacts that it looks up.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Needs {
    /// True if its effect depends on the company's settings.
    pub(super) country: bool,
    /// True if it stores or returns custom-field values.
    pub(super) custom_fields: bool,
    /// The agent that it refers to.
    pub(super) agent: Option<AgentId>,
    /// True if it changes only columns of the contact that it names, and no lookup finds a contact by these columns.
    only_row: bool,
}

impl<'w> PreparedWrite<'w> {
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
        Self { write, phone, email, refusal }
    }

    /// Returns the contacts that the write names. There are none if the write is not to be done.
    pub(super) fn named_contacts(&self) -> impl Iterator<Item = ContactId> {
        let (other, merged) = match &self.write.operation {
            WriteOperation::Merge(_, merge) => (Some(merge.from), &[][..]),
            WriteOperation::Revert(_, net, _) => (net.survivor_before(), net.merged_from()),
            _ => (None, &[][..]),
        };
        let others = other.into_iter().chain(merged.iter().copied());
        self.write.contact().into_iter().chain(others).filter(|_| self.refusal.is_none())
    }

    /// Returns the keys that the write looks up, each with the number of contacts to look at.
    pub(super) fn lookups(&self) -> impl Iterator<Item = (&MatchingKey, usize)> {
        let seeks_person = matches!(&self.write.operation, WriteOperation::Upsert(_, MatchPolicy::Person));
        let limit = if seeks_person { PERSON_CANDIDATES } else { 1 };
        self.phone.iter().map(move |key| (key, limit)).chain(self.email.iter().map(|key| (key, 1)))
    }

    /// Returns how many contacts the write looks at. `count` returns the number for a key and its maximum.
    pub(super) fn contacts(&self, count: impl Fn(&MatchingKey, usize) -> usize) -> usize {
        let matched: usize = self.lookups().map(|(key, limit)| count(key, limit)).sum();
        matched + self.named_contacts().count()
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
            | WriteOperation::Revert(id, ..)
            | WriteOperation::Merge(id, _)
            | WriteOperation::Erase(id)
            | WriteOperation::EraseExpired(id, _) => Some(*id),
        }
    }

    /// Returns the contact that the write removes permanently, if it does.
    pub(super) fn erased_contact(&self) -> Option<ContactId> {
        self.contact().filter(|_| self.operation.erases())
    }

    /// Returns the contact whose merged contacts the write must know.
    pub(super) fn contact_with_merged(&self) -> Option<ContactId> {
        let is_needed = self.operation.erases() || matches!(self.operation, WriteOperation::Revert(..));
        self.contact().filter(|_| is_needed)
    }

    /// Returns true if the write may merge a contact into another one.
    pub(super) fn may_merge(&self) -> bool {
        match &self.operation {
            WriteOperation::Merge(..) | WriteOperation::Upsert(_, MatchPolicy::Merge) => true,
            WriteOperation::Revert(_, net, _) => net.survivor_before().is_some(),
            _ => false,
        }
    }

    /// Returns what the write needs.
    pub(super) fn needs(&self) -> Needs {
        let none = Needs::default();
        let needs = match &self.operation {
            WriteOperation::Upsert(upsert, policy) => {
                let custom_fields = upsert.has_custom_fields() || *policy == MatchPolicy::Merge;
                Needs { country: true, custom_fields, ..none }
            }
            WriteOperation::Insert(insert) => {
                Needs { country: true, custom_fields: insert.custom_fields.is_some(), ..none }
            }
            WriteOperation::Update(_, update) => Needs {
                country: !update.fields.phone_number.is_keep(),
                custom_fields: update.fields.custom_fields.is_some(),
                only_row: !update.fields.writes_searched_texts() && !update.writes_tags(),
                ..none
            },
            WriteOperation::SetActiveAgent(_, agent) => Needs { agent: *agent, only_row: true, ..none },
            WriteOperation::RecordThread(_, thread) => Needs { agent: Some(thread.agent_id), ..none },
            WriteOperation::Revert(_, net, _) => {
                Needs { country: true, custom_fields: true, agent: net.agent_before(), ..none }
            }
            WriteOperation::Merge(..) => Needs { country: true, custom_fields: true, ..none },
            // An erasure looks for merged contacts if the company has any.
            WriteOperation::Restore(..) | WriteOperation::Erase(_) | WriteOperation::EraseExpired(..) => {
                Needs { country: true, ..none }
            }
            WriteOperation::ChangeTags(..) | WriteOperation::Delete(_) => none,
        };
        Needs { custom_fields: needs.custom_fields || self.include.custom_fields, ..needs }
    }

    /// Returns true if the write changes only the row of the contact that it names, and nothing by which the
    /// contact is found. Such a write neither stores its response nor returns data of other rows.
    pub(super) fn changes_one_row(&self) -> bool {
        let Needs { custom_fields, only_row, .. } = self.needs();
        only_row && !custom_fields && self.idempotency.is_none()
    }
}
