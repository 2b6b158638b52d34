//! A contact's row.

use std::collections::BTreeMap;

use contact_model::entity_tag::RowVersion;
use contact_model::matching::Person;
use contact_model::{
    AgentId, CompanyId, Contact, ContactId, ContactState, Country, Extra, Include, JsonText, LeadSource,
    Timestamp, json,
};

use super::holders::Age;
use crate::StoreError;
use crate::connection::Row;

/// The columns of a contact, in the order that [`ContactRecord::read`] expects. The statement must name the table
/// `c`.
macro_rules! contact_columns {
    () => {
        "c.company_id, c.id, c.name, c.first_name, c.last_name, c.email, c.email_key, c.phone, c.phone_key, \
         c.business_name, c.notes, c.tags, c.lead_source, c.is_dnd, c.profile_picture_url, c.active_agent_id, \
         c.last_activity, c.created_at, c.updated_at, c.version, c.deleted_at"
    };
}
pub(crate) use contact_columns;

/// The number of columns in [`contact_columns`].
pub(crate) const COLUMN_COUNT: usize = 21;

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
    /// When the contact was deleted. A deleted contact has no matching keys.
    pub(crate) deleted_at: Option<Timestamp>,
}

/// The bytes of a contact's JSON keys, id, times and other parts of fixed length.
const FRAME: usize = 512;

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
        }
    }

    /// Reads a row that begins with [`contact_columns`].
    pub(crate) fn read(row: &dyn Row) -> Result<Self, StoreError> {
        Ok(Self {
            company_id: row.uuid(0)?.into(),
            id: row.uuid(1)?.into(),
            state: ContactState {
                name: row.optional_text(2)?,
                first_name: row.optional_text(3)?,
                last_name: row.optional_text(4)?,
                email: row.optional_text(5)?,
                phone: row.optional_text(7)?,
                business_name: row.optional_text(9)?,
                notes: row.optional_text(10)?,
                tags: serde_json::from_str(&row.text(11)?).map_err(StoreError::unavailable)?,
                lead_source: LeadSource::from_sent(&row.text(12)?),
                is_dnd: row.boolean(13)?,
            },
            email_key: row.optional_text(6)?,
            phone_key: row.optional_text(8)?,
            profile_picture_url: row.optional_text(14)?,
            active_agent_id: row.optional_uuid(15)?.map(AgentId),
            last_activity: row.optional_time(16)?,
            created_at: row.time(17)?,
            updated_at: row.time(18)?,
            version: row.integer(19)?,
            deleted_at: row.optional_time(20)?,
        })
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
    pub(super) fn person(&self) -> Person<'_> {
        Person { name: self.state.full_name(), email_key: self.email_key.as_deref() }
    }

    /// Returns true if the phone is neither null nor empty.
    pub(crate) fn has_phone(&self) -> bool {
        self.state.phone.as_deref().is_some_and(|phone| !phone.is_empty())
    }

    /// Returns about how many bytes the contact takes in a response with these custom-field values.
    pub(crate) fn json_bytes_with(&self, custom_fields: &BTreeMap<String, JsonText>) -> usize {
        let names = custom_fields.keys().map(String::as_str);
        let texts: usize = self.texts().chain(names).map(json::length_of).sum();
        FRAME + texts + values_bytes(custom_fields)
    }

    /// Returns an upper bound of [`ContactRecord::json_bytes_with`] without examining every character. It is enough
    /// to find out that a contact in a list is small.
    pub(crate) fn json_bytes_at_most(&self, custom_fields: &BTreeMap<String, JsonText>) -> usize {
        let names = custom_fields.keys().map(String::as_str);
        let texts: usize = self.texts().chain(names).map(json::longest_of).sum();
        FRAME + texts + values_bytes(custom_fields)
    }

    /// Returns the bytes of the contact's texts.
    pub(super) fn bytes(&self) -> usize {
        self.texts().map(str::len).sum()
    }

    /// Returns the texts that a response contains.
    fn texts(&self) -> impl Iterator<Item = &str> {
        let ContactState { name, first_name, last_name, email, phone, business_name, notes, tags, .. } =
            &self.state;
        let texts =
            [name, first_name, last_name, email, phone, business_name, notes, &self.profile_picture_url];
        texts.into_iter().flatten().chain(tags).map(String::as_str)
    }

    /// Returns the tags in their stored form.
    pub(crate) fn tags_json(&self) -> Result<String, StoreError> {
        serde_json::to_string(&self.state.tags).map_err(StoreError::unavailable)
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

    /// Restores a deleted contact.
    pub(crate) fn restore(&mut self, country: Country) {
        self.deleted_at = None;
        (self.email_key, self.phone_key) = self.keys(country);
    }

    /// Returns the matching keys of the email and of the phone. A deleted contact has none.
    pub(super) fn keys(&self, country: Country) -> (Option<String>, Option<String>) {
        if self.is_deleted() { (None, None) } else { (self.state.email_key(), self.state.phone_key(country)) }
    }

    /// Converts the contact for a response, even a deleted one. It leaves `deleted_at` out, because only a list of
    /// deleted contacts shows it.
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
            first_name: Extra::when(include.first_name, || state.first_name),
            last_name: Extra::when(include.last_name, || state.last_name),
            custom_fields: Extra::when(include.custom_fields, || custom_fields),
            updated_at: Extra::when(include.updated_at, || self.updated_at),
            deleted_at: Extra::Absent,
        }
    }
}

fn values_bytes(custom_fields: &BTreeMap<String, JsonText>) -> usize {
    custom_fields.values().map(|value| value.as_str().len()).sum()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_columns_are_as_many_as_they_are_counted() {
        assert_eq!(contact_columns!().split(',').count(), super::COLUMN_COUNT);
    }
}
