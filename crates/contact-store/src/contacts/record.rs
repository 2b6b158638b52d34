//! A contact's row.

use std::collections::BTreeMap;

use contact_model::entity_tag::RowVersion;
use contact_model::matching::PersonKeys;
use contact_model::{
    AgentId, CompanyId, Contact, ContactId, ContactState, Country, Include, Included, JsonText, Timestamp,
    phone,
};

use super::key_matches::Age;

/// The company and the id of a contact.
pub(crate) type ContactRef = (CompanyId, ContactId);

/// A contact's row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ContactRecord {
    pub(crate) company_id: CompanyId,
    pub(crate) id: ContactId,
    pub(crate) state: ContactState,
    pub(crate) email_key: Option<String>,
    pub(crate) phone_key: Option<String>,
    pub(crate) profile_picture_url: Option<String>,
    pub(crate) active_agent_id: Option<AgentId>,
    pub(crate) last_activity: Option<Timestamp>,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    /// Increases with every change of the row. It begins at 1, or at the current time in microseconds if an insert
    /// names the id of the contact.
    pub(crate) version: i64,
    /// When the contact was deleted, or merged into another one. A deleted contact has no matching keys. A merged one
    /// keeps them, and creates find the other contact by them.
    pub(crate) deleted_at: Option<Timestamp>,
    /// The contact that it was merged into. That contact may have been merged into a third one.
    pub(crate) merged_into: Option<ContactId>,
}

/// The bytes of a contact's JSON keys, id, times and other parts of fixed length.
const FIXED_BYTES: usize = 512;

impl ContactRecord {
    /// Creates an empty contact with the creation time `now`.
    pub(crate) fn new(company_id: CompanyId, id: ContactId, now: Timestamp) -> Self {
        Self {
            company_id,
            id,
            state: ContactState::default(),
            email_key: None,
            phone_key: None,
            profile_picture_url: None,
            active_agent_id: None,
            last_activity: None,
            created_at: now,
            updated_at: now,
            version: 0,
            deleted_at: None,
            merged_into: None,
        }
    }

    /// Returns true if the contact is deleted.
    pub(crate) fn is_deleted(&self) -> bool {
        self.deleted_at.is_some()
    }

    /// Returns the contact's id and the version of its row.
    pub(crate) fn row_version(&self) -> RowVersion {
        RowVersion { contact: self.id, version: self.version }
    }

    /// Returns the age of the contact.
    pub(super) fn age(&self) -> Age {
        (self.created_at, self.id)
    }

    /// Returns what distinguishes the contact from others with the same phone.
    pub(super) fn person(&self) -> PersonKeys<'_> {
        PersonKeys { name: self.state.full_name(), email_key: self.email_key.as_deref() }
    }

    /// Returns true if the contact has a phone number.
    pub(crate) fn has_phone(&self) -> bool {
        phone::is_given(self.state.phone.as_deref())
    }

    /// Returns about how many bytes the contact takes in a response with these custom-field values. `length_of` returns
    /// the length of a text in JSON, or an upper bound.
    pub(crate) fn json_bytes(
        &self,
        custom_fields: &BTreeMap<String, JsonText>,
        length_of: impl Fn(&str) -> usize,
    ) -> usize {
        let names = custom_fields.keys().map(String::as_str);
        let texts: usize = self.texts().chain(names).map(length_of).sum();
        let values: usize = custom_fields.values().map(|value| value.as_str().len()).sum();
        FIXED_BYTES + texts + values
    }

    /// Returns the bytes of the contact's texts.
    pub(super) fn bytes(&self) -> usize {
        self.texts().map(str::len).sum()
    }

    /// Returns the texts that a response contains.
    fn texts(&self) -> impl Iterator<Item = &str> {
        // Names every field, so that a new text cannot be forgotten here.
        let ContactState {
            name,
            first_name,
            last_name,
            email,
            phone,
            business_name,
            notes,
            tags,
            lead_source: _,
            is_dnd: _,
        } = &self.state;
        let texts =
            [name, first_name, last_name, email, phone, business_name, notes, &self.profile_picture_url];
        texts.into_iter().flatten().chain(tags).map(String::as_str)
    }

    /// Computes the matching keys of the email and the phone, if they changed since `before`.
    pub(crate) fn compute_keys(&mut self, before: &ContactState, country: Option<Country>) {
        if self.state.email != before.email {
            self.email_key = self.state.email_key();
        }
        if self.state.phone != before.phone {
            self.phone_key = country.and_then(|country| self.state.phone_key(country));
        }
    }

    /// Deletes the contact. Its matching keys are free at once.
    pub(crate) fn delete(&mut self, now: Timestamp) {
        self.deleted_at = Some(now);
        self.email_key = None;
        self.phone_key = None;
    }

    /// Merges the contact into another one.
    pub(super) fn merge_into(&mut self, survivor: ContactId, now: Timestamp) {
        self.deleted_at = Some(now);
        self.merged_into = Some(survivor);
    }

    /// Restores a deleted or merged contact.
    pub(crate) fn restore(&mut self, country: Country) {
        self.deleted_at = None;
        self.merged_into = None;
        (self.email_key, self.phone_key) = self.keys(country);
    }

    /// Returns the matching keys of the email and of the phone. A deleted contact has none, unless it was merged into
    /// another one.
    pub(super) fn keys(&self, country: Country) -> (Option<String>, Option<String>) {
        if self.is_deleted() && self.merged_into.is_none() {
            (None, None)
        } else {
            (self.state.email_key(), self.state.phone_key(country))
        }
    }

    /// Converts the contact for a response, even a deleted one. It leaves `deleted_at` out, because only a list of
    /// deleted contacts contains it.
    pub(crate) fn into_contact(self, include: Include, custom_fields: BTreeMap<String, JsonText>) -> Contact {
        let state = self.state;
        Contact {
            id: self.id,
            name: state.name,
            email: state.email,
            phone: state.phone,
            business_name: state.business_name,
            notes: state.notes,
            tags: state.tags,
            lead_source: state.lead_source,
            is_dnd: state.is_dnd,
            profile_picture_url: self.profile_picture_url,
            last_activity: self.last_activity,
            created_at: Some(self.created_at),
            first_name: Included::when(include.first_name, || state.first_name),
            last_name: Included::when(include.last_name, || state.last_name),
            custom_fields: Included::when(include.custom_fields, || custom_fields),
            updated_at: Included::when(include.updated_at, || self.updated_at),
            deleted_at: Included::Absent,
        }
    }
}
