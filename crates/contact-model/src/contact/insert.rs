//! A contact that is stored exactly as given, for restoring and moving data. Extension.

use serde::Serialize;
use utoipa::openapi::schema::KnownFormat::{DateTime, Uuid};

use crate::body::{ObjectReader, RequestBody};
use crate::schema::{self, formatted, nullable, nullable_string, object_schema};
use crate::{Contact, ContactFields, ContactId, ContactState, CustomFieldPatch, Timestamp, limits};

/// A contact to store exactly as given. Extension.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ContactInsert {
    /// The contact's id. The default is a new id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<ContactId>,
    /// The fields that a create and an update can change as well.
    #[serde(flatten)]
    pub state: ContactState,
    /// The URL of a picture.
    pub profile_picture_url: Option<String>,
    /// When the contact's latest thread took place.
    pub last_activity: Option<Timestamp>,
    /// When the contact was created. The default is the current time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    /// When the contact last changed. The default is the current time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Timestamp>,
    /// The values of custom fields, by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_fields: Option<CustomFieldPatch>,
}

object_schema! {
    /// A contact to store exactly as given: nothing is normalised, composed or matched. The keys are those of a
    /// contact in a response with everything that `include` can add; all of them are optional.
    ///
    /// A value that could only be stored as a different one is refused. Every contact that the API returns can be
    /// inserted: the limits leave room for the names and email addresses that a create may have made longer.
    ContactInsert {
        /// The contact's id. The default is a new id. An id that the company already has, even of a deleted
        /// contact, is refused with a 409.
        id: formatted(Uuid),
        /// The full name. The first and last name are not derived from it, and it is not composed from them.
        name: nullable_string(limits::STORED_NAME),
        /// The first name.
        first_name: nullable_string(limits::STORED_NAME),
        /// The last name.
        last_name: nullable_string(limits::STORED_NAME),
        /// The email address.
        email: nullable_string(limits::STORED_EMAIL),
        /// The phone number.
        phone: nullable_string(limits::PHONE_NUMBER),
        ..ContactFields::describe_plain_texts,
        /// The tags. They are stored as sent, with the same order and repetitions.
        tags: schema::tags(),
        /// The origin of the contact. The default is `api`. Any other value than these is refused.
        lead_source: schema::lead_source(),
        /// "Do not disturb": the contact must not be called or written to. The default is false.
        is_dnd: schema::boolean(),
        /// The URL of a picture.
        profile_picture_url: nullable_string(limits::PROFILE_PICTURE_URL),
        /// When the contact's latest thread took place.
        last_activity: nullable(formatted(DateTime)),
        /// When the contact was created; the default is the current time. Truncated to microseconds, as every
        /// time.
        created_at: formatted(DateTime),
        /// When the contact last changed; the default is the current time.
        updated_at: formatted(DateTime),
        /// Values of the company's custom fields, by name, as in an update.
        custom_fields: schema::custom_fields(),
    }
}

impl RequestBody for ContactInsert {
    fn read(object: &mut ObjectReader<'_>) -> Self {
        object.treat_null_as_absent("last_activity");
        Self {
            id: object.peek("id").is_some().then(|| object.required_id("id")),
            state: ContactState {
                name: object.text("name", limits::STORED_NAME).into_value(),
                first_name: object.text("first_name", limits::STORED_NAME).into_value(),
                last_name: object.text("last_name", limits::STORED_NAME).into_value(),
                email: object.text("email", limits::STORED_EMAIL).into_value(),
                phone: object.text("phone", limits::PHONE_NUMBER).into_value(),
                business_name: object.text("business_name", limits::NAME).into_value(),
                notes: object.text("notes", limits::NOTES).into_value(),
                tags: object.tags("tags").unwrap_or_default(),
                lead_source: object.parsed("lead_source").unwrap_or_default(),
                is_dnd: object.boolean("is_dnd").unwrap_or_default(),
            },
            profile_picture_url: object.text("profile_picture_url", limits::PROFILE_PICTURE_URL).into_value(),
            last_activity: object.timestamp("last_activity"),
            created_at: object.timestamp("created_at"),
            updated_at: object.timestamp("updated_at"),
            custom_fields: object.custom_fields("custom_fields"),
        }
    }
}

/// Converts a contact of a response, to store it elsewhere. The result is complete if the request asked for
/// everything that `include` can add. Missing keys get the defaults of an insert.
impl From<Contact> for ContactInsert {
    fn from(contact: Contact) -> Self {
        let custom_fields = contact.custom_fields.into_value().map(|values| {
            CustomFieldPatch(values.into_iter().map(|(name, value)| (name, Some(value))).collect())
        });
        Self {
            id: Some(contact.id),
            state: ContactState {
                name: contact.name,
                first_name: contact.first_name.into_value().flatten(),
                last_name: contact.last_name.into_value().flatten(),
                email: contact.email,
                phone: contact.phone,
                business_name: contact.business_name,
                notes: contact.notes,
                tags: contact.tags,
                lead_source: contact.lead_source,
                is_dnd: contact.is_dnd,
            },
            profile_picture_url: contact.profile_picture_url,
            last_activity: contact.last_activity,
            created_at: contact.created_at,
            updated_at: contact.updated_at.into_value(),
            custom_fields,
        }
    }
}
