//! The body of an update, and how it applies to a contact.

use serde::Serialize;
use utoipa::ToSchema;

use crate::body::{ObjectReader, RequestBody};
use crate::contact_state::ContactState;
use crate::violation::Violation;
use crate::{CustomFieldPatch, LeadSource, Patch, email, limits, name, tags};

/// The fields to update. All of them are optional, and only sent keys are applied (documented). Unknown keys
/// are ignored and listed in the header `Ignored-Fields` (decided).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, ToSchema)]
#[schema(example = json!({
    "full_name": "Jane Doe",
    "email": "jane@example.com",
    "phone_number": "+14155552671",
    "tags": ["vip"],
    "is_dnd": false,
    "lead_source": "manual",
    "custom_fields": { "Plan": "gold" }
}))]
pub struct ContactUpdate {
    /// Also updates `first_name` and `last_name` to the first word and the rest. Decided: stored as sent; a
    /// blank or `null` name clears both parts, and `null` clears the full name.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    #[schema(value_type = Option<String>, required = false, max_length = 255)]
    pub full_name: Patch<String>,
    /// Decided: without `full_name`, the full name is composed again from both parts. With `full_name`, this
    /// value takes precedence for the first name.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    #[schema(value_type = Option<String>, required = false, max_length = 255)]
    pub first_name: Patch<String>,
    /// Decided: like `first_name`.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    #[schema(value_type = Option<String>, required = false, max_length = 255)]
    pub last_name: Patch<String>,
    /// Empty string is stored as null. Decided: any other value is stored as sent, and its format is not
    /// checked.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    #[schema(value_type = Option<String>, required = false, max_length = 320)]
    pub email: Patch<String>,
    /// Assigned as provided, without normalisation. Returned as `phone`.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    #[schema(value_type = Option<String>, required = false, max_length = 64)]
    pub phone_number: Patch<String>,
    /// The company that the contact represents. Decided: an empty string is stored as one.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    #[schema(value_type = Option<String>, required = false, max_length = 255)]
    pub business_name: Patch<String>,
    /// Free text. Decided: an empty string is stored as one.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    #[schema(value_type = Option<String>, required = false, max_length = 65536)]
    pub notes: Patch<String>,
    /// Replaces the entire array. Decided: stored as sent, with the same order and repetitions.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = tags::replacing, required = false)]
    pub tags: Option<Vec<String>>,
    /// "Do not disturb": the contact must not be called or written to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = bool, required = false)]
    pub is_dnd: Option<bool>,
    /// Should be one of: manual, api, webhook, facebook, instagram, import. Invalid values are
    /// stored as manual.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub lead_source: Option<LeadSource>,
    /// Values of the company's custom fields, by name; only keys that match a name are stored. Decided: the
    /// values are merged key by key, `null` removes a value, and keys that match no name are listed in
    /// `Ignored-Fields`. A field with a type accepts only values of that type. A value has at most 16 KiB of
    /// JSON, and all values of a contact together at most 512 KiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object, required = false)]
    pub custom_fields: Option<CustomFieldPatch>,
    /// Extension: tags to add after the existing ones, each once. Cannot be sent together with `tags`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = tags::added_by_update, required = false)]
    pub add_tags: Option<Vec<String>>,
    /// Extension: tags to remove, wherever they occur. Cannot be sent together with `tags`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = tags::removed_by_update, required = false)]
    pub remove_tags: Option<Vec<String>>,
}

impl ContactUpdate {
    /// Applies the update to a contact. Custom fields are applied separately: see
    /// [`CustomFieldPatch::resolve`].
    ///
    /// # Errors
    /// Returns an error if the contact would have more than [`limits::TAGS`] tags. `contact` may then be
    /// partly changed and must be discarded.
    pub fn apply(&self, contact: &mut ContactState) -> Result<(), Violation> {
        contact.apply_names(&self.full_name, &self.first_name, &self.last_name, name::split);
        if let Some(assigned) = self.email.as_assignment() {
            contact.email = assigned.and_then(|sent| email::for_update(sent));
        }
        self.phone_number.apply(&mut contact.phone);
        self.business_name.apply(&mut contact.business_name);
        self.notes.apply(&mut contact.notes);
        if let Some(tags) = &self.tags {
            contact.tags.clone_from(tags);
        }
        if self.changes_tags() {
            let (added, removed) = (self.add_tags.as_deref(), self.remove_tags.as_deref());
            contact.tags =
                tags::change(&contact.tags, added.unwrap_or_default(), removed.unwrap_or_default())?;
        }
        if let Some(is_dnd) = self.is_dnd {
            contact.is_dnd = is_dnd;
        }
        if let Some(lead_source) = self.lead_source {
            contact.lead_source = lead_source;
        }
        Ok(())
    }

    /// Returns true if the update adds or removes single tags. Extension.
    fn changes_tags(&self) -> bool {
        self.add_tags.is_some() || self.remove_tags.is_some()
    }

    /// Returns true if the update may change the contact's tags.
    pub fn writes_tags(&self) -> bool {
        self.tags.is_some() || self.changes_tags()
    }
}

impl RequestBody for ContactUpdate {
    fn read(object: &mut ObjectReader<'_>) -> Self {
        let replaces_tags = object.peek("tags").is_some();
        let update = Self {
            full_name: object.text("full_name", limits::NAME),
            first_name: object.text("first_name", limits::NAME),
            last_name: object.text("last_name", limits::NAME),
            email: object.text("email", limits::EMAIL),
            phone_number: object.text("phone_number", limits::PHONE_NUMBER),
            business_name: object.text("business_name", limits::NAME),
            notes: object.text("notes", limits::NOTES),
            tags: object.tags("tags"),
            is_dnd: object.boolean("is_dnd"),
            lead_source: object.lead_source("lead_source"),
            custom_fields: object.custom_fields("custom_fields"),
            add_tags: object.tags("add_tags"),
            remove_tags: object.tags("remove_tags"),
        };
        object.check(|bad| tags::check_changes(replaces_tags, &update.add_tags, &update.remove_tags, bad));
        update
    }

    fn into_custom_fields(self) -> Option<CustomFieldPatch> {
        self.custom_fields
    }
}
