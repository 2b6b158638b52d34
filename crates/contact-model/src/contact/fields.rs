//! The fields of a contact that a create and an update can contain.

use serde::Serialize;

use crate::ContactState;
use crate::body::ObjectReader;
use crate::{CustomFieldPatch, LeadSource, Patch, limits};

/// The fields of a contact that a create and an update can contain. Only sent fields are applied (documented).
/// [`ContactCreate`](crate::ContactCreate) and [`ContactUpdate`](crate::ContactUpdate) define the rules.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ContactFields {
    /// The full name, which determines the first and last name.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    pub full_name: Patch<String>,
    /// The first name.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    pub first_name: Patch<String>,
    /// The last name.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    pub last_name: Patch<String>,
    /// The email address.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    pub email: Patch<String>,
    /// The phone number.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    pub phone_number: Patch<String>,
    /// The company that the contact represents.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    pub business_name: Patch<String>,
    /// Free text.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    pub notes: Patch<String>,
    /// The tags.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// "Do not disturb".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_dnd: Option<bool>,
    /// The origin of the contact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lead_source: Option<LeadSource>,
    /// The values of custom fields, by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_fields: Option<CustomFieldPatch>,
}

impl ContactFields {
    /// Reads the fields. `read_boolean` is the rule for `is_dnd`.
    pub(crate) fn read<'a>(
        object: &mut ObjectReader<'a>,
        read_boolean: fn(&mut ObjectReader<'a>, &str) -> Option<bool>,
    ) -> Self {
        Self {
            full_name: object.text("full_name", limits::NAME),
            first_name: object.text("first_name", limits::NAME),
            last_name: object.text("last_name", limits::NAME),
            email: object.text("email", limits::EMAIL),
            phone_number: object.text("phone_number", limits::PHONE_NUMBER),
            business_name: object.text("business_name", limits::NAME),
            notes: object.text("notes", limits::NOTES),
            tags: object.tags("tags"),
            is_dnd: read_boolean(object, "is_dnd"),
            lead_source: object.lead_source("lead_source"),
            custom_fields: object.custom_fields("custom_fields"),
        }
    }

    /// Returns these fields, and those of `other` that were not sent here.
    #[must_use]
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            full_name: self.full_name.or(other.full_name),
            first_name: self.first_name.or(other.first_name),
            last_name: self.last_name.or(other.last_name),
            email: self.email.or(other.email),
            phone_number: self.phone_number.or(other.phone_number),
            business_name: self.business_name.or(other.business_name),
            notes: self.notes.or(other.notes),
            tags: self.tags.or(other.tags),
            is_dnd: self.is_dnd.or(other.is_dnd),
            lead_source: self.lead_source.or(other.lead_source),
            custom_fields: self.custom_fields.or(other.custom_fields),
        }
    }

    /// Returns true if a field was sent that may change the [searched texts](ContactState::searched_texts).
    pub fn writes_searched_texts(&self) -> bool {
        let names = [&self.full_name, &self.first_name, &self.last_name];
        let others = [&self.email, &self.phone_number, &self.business_name];
        names.into_iter().chain(others).any(|text| !text.is_keep())
    }

    /// Applies the fields that are stored as sent in a create and in an update.
    pub(crate) fn apply_common(&self, contact: &mut ContactState) {
        let Self {
            // The rules for these depend on the body.
            full_name: _,
            first_name: _,
            last_name: _,
            email: _,
            phone_number: _,
            tags: _,
            custom_fields: _,
            business_name,
            notes,
            is_dnd,
            lead_source,
        } = self;
        business_name.apply(&mut contact.business_name);
        notes.apply(&mut contact.notes);
        if let Some(is_dnd) = is_dnd {
            contact.is_dnd = *is_dnd;
        }
        if let Some(lead_source) = lead_source {
            contact.lead_source = *lead_source;
        }
    }
}
