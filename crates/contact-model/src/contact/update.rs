//! The body of an update, and how it applies to a contact.

use serde::Serialize;

use crate::ContactFields;
use crate::ContactState;
use crate::body::{ObjectReader, RequestBody};
use crate::problem::Violation;
use crate::schema::{self, decided, extension, nullable_string, object_schema};
use crate::{ContactCreate, CustomFieldPatch, email, limits, tags};

/// The body of an update. Its schema describes the rules of each field.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ContactUpdate {
    /// The fields that a create has as well.
    #[serde(flatten)]
    pub fields: ContactFields,
    /// Tags to add. Extension.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub add_tags: Option<Vec<String>>,
    /// Tags to remove. Extension.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remove_tags: Option<Vec<String>>,
}

object_schema! {
    /// The fields to update. All of them are optional, and only sent keys are applied. Unknown keys are ignored and
    /// listed in the header `Ignored-Fields`.
    ContactUpdate {
        /// Stored as sent. Also updates `first_name` to its first word and `last_name` to the rest. A blank name or
        /// `null` clears both parts, and `null` also clears the full name.
        full_name: nullable_string(limits::NAME).extensions(decided()),
        /// Without `full_name`, the full name is composed again from both parts. With `full_name`, this value takes
        /// precedence for the first name.
        first_name: nullable_string(limits::NAME).extensions(decided()),
        /// Like `first_name`.
        last_name: nullable_string(limits::NAME).extensions(decided()),
        /// An empty string is stored as null. Any other value is stored as sent, and its format is not checked.
        email: nullable_string(limits::EMAIL).extensions(decided()),
        /// Stored as sent, without normalisation. Returned as `phone`.
        phone_number: nullable_string(limits::PHONE_NUMBER).extensions(decided()),
        ..ContactFields::describe_plain_texts,
        /// Replaces the entire array. Stored as sent, with the same order and repetitions.
        tags: schema::tags().extensions(decided()),
        /// "Do not disturb": the contact must not be called or written to.
        is_dnd: schema::boolean(),
        /// Should be one of: manual, api, webhook, facebook, instagram, import. Invalid values are
        /// stored as manual.
        lead_source: schema::string(),
        /// Values of the company's custom fields, by name. Only keys that match a name are stored; the others are
        /// listed in `Ignored-Fields`. The values are merged key by key, and `null` removes a value. A field with a
        /// type accepts only values of that type. A value has at most 16 KiB of JSON, and all values of a contact
        /// together at most 512 KiB.
        custom_fields: schema::custom_fields().extensions(decided()),
        /// Tags to add after the existing ones, in the order sent, each once. A tag that the contact already has
        /// keeps its position. A contact has at most 200 tags after the change. Cannot be sent together with `tags`.
        add_tags: schema::tags().extensions(extension()),
        /// Tags to remove. A tag that the contact does not have is ignored. The same tag in `add_tags` is a 400.
        /// Cannot be sent together with `tags`.
        remove_tags: schema::tags().extensions(extension()),
    }
    example: {
        "full_name": "Jane Doe",
        "email": "jane@example.com",
        "phone_number": "+14155552671",
        "tags": ["vip"],
        "is_dnd": false,
        "lead_source": "manual",
        "custom_fields": { "Plan": "gold" }
    }
}

impl ContactUpdate {
    /// Applies the update to a contact. Custom fields are applied separately: see
    /// [`CustomFieldPatch::resolve`].
    ///
    /// # Errors
    /// Returns an error if the contact would have more than [`limits::TAGS`] tags. `contact` may then be
    /// partly changed and must be discarded.
    pub fn apply(&self, contact: &mut ContactState) -> Result<(), Violation> {
        let ContactFields { full_name, first_name, last_name, email, phone_number, tags, .. } = &self.fields;
        contact.apply_names(full_name, first_name, last_name);
        email.apply_with(&mut contact.email, |sent| email::for_update(sent));
        phone_number.apply(&mut contact.phone);
        if let Some(tags) = tags {
            contact.tags.clone_from(tags);
        }
        if self.changes_tags() {
            let (added, removed) = (self.add_tags.as_deref(), self.remove_tags.as_deref());
            contact.tags =
                tags::change(&contact.tags, added.unwrap_or_default(), removed.unwrap_or_default())?;
        }
        self.fields.apply_common(contact);
        Ok(())
    }

    /// Returns true if the update adds or removes single tags. Extension.
    fn changes_tags(&self) -> bool {
        self.add_tags.is_some() || self.remove_tags.is_some()
    }

    /// Returns true if the update may change the contact's tags.
    pub fn writes_tags(&self) -> bool {
        self.fields.tags.is_some() || self.changes_tags()
    }
}

impl RequestBody for ContactUpdate {
    fn read(object: &mut ObjectReader<'_>) -> Self {
        let replaces_tags = object.peek("tags").is_some();
        let update = Self {
            fields: ContactFields::read(object, ObjectReader::boolean),
            add_tags: object.tags("add_tags"),
            remove_tags: object.tags("remove_tags"),
        };
        object.check(|bad| tags::check_changes(replaces_tags, &update.add_tags, &update.remove_tags, bad));
        update
    }

    fn into_custom_fields(self) -> Option<CustomFieldPatch> {
        self.fields.custom_fields
    }
}

/// Converts to an update with the same fields. The rules of an update apply: for example, `tags` replaces all
/// tags.
impl From<ContactCreate> for ContactUpdate {
    fn from(create: ContactCreate) -> Self {
        Self { fields: create.fields, ..Self::default() }
    }
}
