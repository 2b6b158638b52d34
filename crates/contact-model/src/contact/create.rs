//! The body of a create, and how it applies to a new or an existing contact.

use std::borrow::Cow;

use serde::Serialize;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Type};

use crate::ContactFields;
use crate::ContactState;
use crate::body::{ObjectReader, RequestBody};
use crate::matching::{MatchedBy, MatchingKeys};
use crate::problem::Violation;
use crate::schema::{self, decided, nullable_string, object_schema};
use crate::{Country, CustomFieldPatch, Patch, email, limits, name, phone, tags};

/// The body of a create. Its schema describes the rules of each field.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct ContactCreate {
    /// The sent fields.
    pub fields: ContactFields,
}

object_schema! {
    /// A contact to create. If the company has a contact with this phone number, or else with this email address,
    /// that contact is updated instead. All keys are optional; only sent keys are applied to an existing contact.
    ContactCreate {
        /// Title-cased and split into first and last name. A word that already mixes cases is unchanged. Each run of
        /// white space becomes one space. A blank name or `null` clears both parts.
        full_name: nullable_string(limits::NAME).extensions(decided()),
        /// Stored as sent. Without `full_name`, the full name is composed from the first and last name. With
        /// `full_name`, this value takes precedence for the first name.
        first_name: nullable_string(limits::NAME).extensions(decided()),
        /// Like `first_name`.
        last_name: nullable_string(limits::NAME).extensions(decided()),
        /// Lowercased. Invisible characters and surrounding white space are removed. An empty string is stored as
        /// null. The format is not checked.
        email: nullable_string(limits::EMAIL).extensions(decided()),
        /// Normalised using the company's country: a possible number that includes its area code, has no extension
        /// and is not all zeros is stored in E.164. Any other text is stored as sent, and an empty string as null.
        phone_number: nullable_string(limits::PHONE_NUMBER).extensions(decided()),
        ..ContactFields::describe_plain_texts,
        /// Merged with an existing contact's tags and deduplicated: the existing tags come first, then the new ones
        /// in the order sent. A contact has at most 200 tags after the merge.
        tags: schema::tags().extensions(decided()),
        /// "Do not disturb": the contact must not be called or written to. A boolean, or one of these spellings:
        /// true/false, yes/no, y/n, t/f, on/off, 1/0, in any case, with or without surrounding white space.
        is_dnd: spelled_boolean().extensions(decided()),
        /// Should be one of: manual, api, webhook, facebook, instagram, import. Invalid values are stored as
        /// manual. If it is not sent, a new contact gets `api` and an existing contact keeps its value.
        lead_source: schema::string().extensions(decided()),
        /// Values of the company's custom fields, by name, as in an update.
        custom_fields: schema::custom_fields().extensions(decided()),
    }
    example: {
        "full_name": "jane doe",
        "email": "Jane@Example.com",
        "phone_number": "(415) 555-2671",
        "tags": ["lead"],
        "is_dnd": false
    }
}

impl ContactCreate {
    /// Returns the keys that the create looks for an existing contact by.
    pub fn matching_keys(&self, country: Country) -> MatchingKeys {
        MatchingKeys {
            phone: self.fields.phone_number.value().and_then(|sent| phone::key(sent, country)),
            email: self.fields.email.value().and_then(|sent| email::key(sent)),
        }
    }

    /// Returns the full name that was sent, or composes it from the first and last name if it was not sent.
    pub fn sent_name(&self) -> Option<Cow<'_, str>> {
        let ContactFields { full_name, first_name, last_name, .. } = &self.fields;
        if !full_name.is_keep() {
            return full_name.value().map(|name| Cow::Borrowed(name.as_str()));
        }
        let (first, last) = (first_name.value(), last_name.value());
        name::compose(first.map(String::as_str), last.map(String::as_str)).map(Cow::Owned)
    }

    /// Returns the create without the phone number or the email address, because another contact has it.
    #[must_use]
    pub fn without(&self, by: MatchedBy) -> Self {
        let mut create = self.clone();
        match by {
            MatchedBy::Phone => create.fields.phone_number = Patch::Keep,
            MatchedBy::Email => create.fields.email = Patch::Keep,
        }
        create
    }

    /// Applies the create to an empty or an existing contact. Custom fields are applied separately: see
    /// [`CustomFieldPatch::resolve`].
    ///
    /// # Errors
    /// Returns an error if the contact would have more than [`limits::TAGS`] tags. `contact` may then be
    /// partly changed and must be discarded.
    pub fn apply(&self, contact: &mut ContactState, country: Country) -> Result<(), Violation> {
        let ContactFields { full_name, first_name, last_name, email, phone_number, tags, .. } = &self.fields;
        let full_name = full_name.clone().map(|sent| name::title_case(&sent));
        contact.apply_names(&full_name, first_name, last_name);
        email.apply_with(&mut contact.email, |sent| email::for_create(sent));
        phone_number.apply_with(&mut contact.phone, |sent| phone::for_create(sent, country));
        if let Some(sent) = tags {
            contact.tags = tags::merge(&contact.tags, sent)?;
        }
        self.fields.apply_common(contact);
        Ok(())
    }
}

impl RequestBody for ContactCreate {
    fn read(object: &mut ObjectReader<'_>) -> Self {
        Self { fields: ContactFields::read(object, ObjectReader::lenient_boolean) }
    }

    fn into_custom_fields(self) -> Option<CustomFieldPatch> {
        self.fields.custom_fields
    }
}

/// Returns the schema of a boolean that may be spelled out.
fn spelled_boolean() -> OneOfBuilder {
    let spellings = r"^[ \t\r\n]*([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]|[Yy][Ee][Ss]|[Nn][Oo]|[YyNnTtFf]|[Oo][Nn]|[Oo][Ff][Ff]|[01])[ \t\r\n]*$";
    OneOfBuilder::new()
        .item(schema::boolean())
        .item(schema::string().pattern(Some(spellings)))
        .item(ObjectBuilder::new().schema_type(Type::Integer).enum_values(Some([0, 1])))
}
