//! The body of a create, and how it applies to a new or an existing contact.

use std::borrow::Cow;

use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Type};
use utoipa::openapi::{RefOr, Schema};

use crate::body::{ObjectReader, RequestBody};
use crate::contact_state::ContactState;
use crate::matching::{MatchedBy, MatchingKeys};
use crate::violation::Violation;
use crate::{Country, CustomFieldPatch, LeadSource, Patch, email, limits, name, phone, tags};

/// A contact to create. If the company has a contact with this phone number, or else with this email address,
/// that contact is updated instead. All keys are optional; only sent keys are applied to an existing contact.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, ToSchema)]
#[schema(example = json!({
    "full_name": "jane doe",
    "email": "Jane@Example.com",
    "phone_number": "(415) 555-2671",
    "tags": ["lead"],
    "is_dnd": "no"
}))]
pub struct ContactCreate {
    /// Title-cased and split into first and last name. Decided: a word that already mixes cases is unchanged;
    /// each run of white space becomes one space; a blank or `null` name clears both parts.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    #[schema(value_type = Option<String>, required = false, max_length = 255)]
    pub full_name: Patch<String>,
    /// Decided: stored as sent. Without `full_name`, the full name is composed from the first and last name.
    /// With `full_name`, this value takes precedence for the first name.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    #[schema(value_type = Option<String>, required = false, max_length = 255)]
    pub first_name: Patch<String>,
    /// Decided: like `first_name`.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    #[schema(value_type = Option<String>, required = false, max_length = 255)]
    pub last_name: Patch<String>,
    /// Lowercased. Decided: invisible characters and surrounding white space are removed; an empty string is
    /// stored as null; the format is not checked.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    #[schema(value_type = Option<String>, required = false, max_length = 320)]
    pub email: Patch<String>,
    /// Normalised using the company's country. Decided: a possible number that includes its area code, has no
    /// extension and is not all zeros is stored in E.164; any other text is stored as sent, and an empty
    /// string as null.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    #[schema(value_type = Option<String>, required = false, max_length = 64)]
    pub phone_number: Patch<String>,
    /// The company that the contact represents.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    #[schema(value_type = Option<String>, required = false, max_length = 255)]
    pub business_name: Patch<String>,
    /// Free text.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    #[schema(value_type = Option<String>, required = false, max_length = 65536)]
    pub notes: Patch<String>,
    /// Merged with an existing contact's tags and deduplicated. Decided: the existing tags come first, then
    /// the new ones in the order sent; at most 200 after the merge.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = tags::merged, required = false)]
    pub tags: Option<Vec<String>>,
    /// A boolean or a common spelling of one. Decided: true/false, yes/no, y/n, t/f, on/off, 1/0, as a string
    /// or a number, in any case.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = lenient_boolean, required = false)]
    pub is_dnd: Option<bool>,
    /// Should be one of: manual, api, webhook, facebook, instagram, import. Invalid values are stored as
    /// manual. Decided: if it is not sent, a new contact gets `api` and an existing contact keeps its value.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub lead_source: Option<LeadSource>,
    /// Values of the company's custom fields, by name, as in an update.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object, required = false)]
    pub custom_fields: Option<CustomFieldPatch>,
}

impl ContactCreate {
    /// Returns the keys that the create looks for an existing contact by.
    pub fn matching_keys(&self, country: Country) -> MatchingKeys {
        MatchingKeys {
            phone: self.phone_number.value().and_then(|sent| phone::key(sent, country)),
            email: self.email.value().and_then(|sent| email::key(sent)),
        }
    }

    /// Returns the full name that was sent, or composes it from the first and last name if it was not sent.
    pub fn sent_name(&self) -> Option<Cow<'_, str>> {
        if !self.full_name.is_keep() {
            return self.full_name.value().map(|name| Cow::Borrowed(name.as_str()));
        }
        let (first, last) = (self.first_name.value(), self.last_name.value());
        name::compose(first.map(String::as_str), last.map(String::as_str)).map(Cow::Owned)
    }

    /// Returns the create without the phone number or the email address, because another contact has it.
    #[must_use]
    pub fn without(&self, by: MatchedBy) -> Self {
        match by {
            MatchedBy::Phone => Self { phone_number: Patch::Keep, ..self.clone() },
            MatchedBy::Email => Self { email: Patch::Keep, ..self.clone() },
        }
    }

    /// Applies the create to an empty or an existing contact. Custom fields are applied separately: see
    /// [`CustomFieldPatch::resolve`].
    ///
    /// # Errors
    /// Returns an error if the contact would have more than [`limits::TAGS`] tags. `contact` may then be
    /// partly changed and must be discarded.
    pub fn apply(&self, contact: &mut ContactState, country: Country) -> Result<(), Violation> {
        let full_name = self.full_name.clone().map(|sent| name::title_case(&sent));
        contact.apply_names(&full_name, &self.first_name, &self.last_name, name::split);
        if let Some(assigned) = self.email.as_assignment() {
            contact.email = assigned.and_then(|sent| email::for_create(sent));
        }
        if let Some(assigned) = self.phone_number.as_assignment() {
            contact.phone = assigned.and_then(|sent| phone::for_create(sent, country));
        }
        self.business_name.apply(&mut contact.business_name);
        self.notes.apply(&mut contact.notes);
        if let Some(sent) = &self.tags {
            contact.tags = tags::merge(&contact.tags, sent)?;
        }
        if let Some(is_dnd) = self.is_dnd {
            contact.is_dnd = is_dnd;
        }
        if let Some(lead_source) = self.lead_source {
            contact.lead_source = lead_source;
        }
        Ok(())
    }
}

impl RequestBody for ContactCreate {
    fn read(object: &mut ObjectReader<'_>) -> Self {
        Self {
            full_name: object.text("full_name", limits::NAME),
            first_name: object.text("first_name", limits::NAME),
            last_name: object.text("last_name", limits::NAME),
            email: object.text("email", limits::EMAIL),
            phone_number: object.text("phone_number", limits::PHONE_NUMBER),
            business_name: object.text("business_name", limits::NAME),
            notes: object.text("notes", limits::NOTES),
            tags: object.tags("tags"),
            is_dnd: object.lenient_boolean("is_dnd"),
            lead_source: object.lead_source("lead_source"),
            custom_fields: object.custom_fields("custom_fields"),
        }
    }

    fn into_custom_fields(self) -> Option<CustomFieldPatch> {
        self.custom_fields
    }
}

/// Returns the schema of a boolean that may be spelled out.
fn lenient_boolean() -> impl Into<RefOr<Schema>> {
    let spellings = r"^[ \t\r\n]*([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]|[Yy][Ee][Ss]|[Nn][Oo]|[YyNnTtFf]|[Oo][Nn]|[Oo][Ff][Ff]|[01])[ \t\r\n]*$";
    OneOfBuilder::new()
        .description(Some(
            "Common spellings of a boolean are accepted. Decided: true/false, yes/no, y/n, t/f, on/off, 1/0, in any \
             case, with or without surrounding white space. Any other value is an invalid field.",
        ))
        .item(ObjectBuilder::new().schema_type(Type::Boolean))
        .item(ObjectBuilder::new().schema_type(Type::String).pattern(Some(spellings)))
        .item(ObjectBuilder::new().schema_type(Type::Integer).enum_values(Some([0, 1])))
}
