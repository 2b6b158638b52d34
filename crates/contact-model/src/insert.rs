//! A contact that is stored exactly as given, for restoring and moving data. Extension.

use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};

use crate::body::{ObjectReader, RequestBody};
use crate::{Contact, ContactId, ContactState, CustomFieldPatch, LeadSource, Timestamp, limits, tags};

/// A contact to store exactly as given: nothing is normalised, composed or matched. The keys are those of a
/// contact in a response with everything that `include` can add; all of them are optional. Extension.
///
/// A value that could only be stored as a different one is refused. Every contact that the API returns can be
/// inserted: the limits leave room for the names and email addresses that a create may have made longer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
    "name": "Jane Doe",
    "first_name": "Jane",
    "last_name": "Doe",
    "email": "jane@example.com",
    "phone": "+14155552671",
    "lead_source": "import",
    "created_at": "2023-11-07T05:31:56.000123Z"
}))]
pub struct ContactInsert {
    /// The contact's id. The default is a new id. An id that the company already has, even of a deleted
    /// contact, is refused with a 409.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = uuid::Uuid, required = false)]
    pub id: Option<ContactId>,
    /// The full name. The first and last name are not derived from it, and it is not composed from them.
    #[schema(required = false, max_length = 1024)]
    pub name: Option<String>,
    /// The first name.
    #[schema(required = false, max_length = 1024)]
    pub first_name: Option<String>,
    /// The last name.
    #[schema(required = false, max_length = 1024)]
    pub last_name: Option<String>,
    /// The email address.
    #[schema(required = false, max_length = 640)]
    pub email: Option<String>,
    /// The phone number.
    #[schema(required = false, max_length = 64)]
    pub phone: Option<String>,
    /// The company that the contact represents.
    #[schema(required = false, max_length = 255)]
    pub business_name: Option<String>,
    /// Free text.
    #[schema(required = false, max_length = 65536)]
    pub notes: Option<String>,
    /// The tags, in order.
    #[schema(schema_with = tags::inserted, required = false)]
    pub tags: Vec<String>,
    /// The origin of the contact; the default is `api`. Only the six documented values are accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = lead_source, required = false)]
    pub lead_source: Option<LeadSource>,
    /// "Do not disturb"; the default is false.
    #[schema(required = false, default = false)]
    pub is_dnd: bool,
    /// The URL of a picture.
    #[schema(required = false, max_length = 2048)]
    pub profile_picture_url: Option<String>,
    /// When the contact's latest thread took place.
    #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>, required = false)]
    pub last_activity: Option<Timestamp>,
    /// When the contact was created; the default is the current time. Truncated to microseconds, as every
    /// time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = chrono::DateTime<chrono::Utc>, required = false)]
    pub created_at: Option<Timestamp>,
    /// When the contact last changed; the default is the current time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = chrono::DateTime<chrono::Utc>, required = false)]
    pub updated_at: Option<Timestamp>,
    /// Values of the company's custom fields, by name, as in an update.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object, required = false)]
    pub custom_fields: Option<CustomFieldPatch>,
}

impl ContactInsert {
    /// Returns the fields of the contact as they are to be stored.
    pub fn state(&self) -> ContactState {
        let Self { name, first_name, last_name, email, phone, business_name, notes, .. } = self.clone();
        ContactState {
            name,
            first_name,
            last_name,
            email,
            phone,
            business_name,
            notes,
            tags: self.tags.clone(),
            lead_source: self.lead_source.unwrap_or(ContactState::default().lead_source),
            is_dnd: self.is_dnd,
        }
    }
}

impl RequestBody for ContactInsert {
    fn read(object: &mut ObjectReader<'_>) -> Self {
        let mut text = |key, limit| object.text(key, limit).into_value();
        let name = text("name", limits::STORED_NAME);
        let first_name = text("first_name", limits::STORED_NAME);
        let last_name = text("last_name", limits::STORED_NAME);
        let email = text("email", limits::STORED_EMAIL);
        let phone = text("phone", limits::PHONE_NUMBER);
        let business_name = text("business_name", limits::NAME);
        let notes = text("notes", limits::NOTES);
        let profile_picture_url = text("profile_picture_url", limits::PROFILE_PICTURE_URL);
        Self {
            id: object.peek("id").is_some().then(|| object.required_id("id")),
            name,
            first_name,
            last_name,
            email,
            phone,
            business_name,
            notes,
            tags: object.tags("tags").unwrap_or_default(),
            lead_source: object.word("lead_source"),
            is_dnd: object.boolean("is_dnd").unwrap_or_default(),
            profile_picture_url,
            last_activity: object.nullable("last_activity", ObjectReader::timestamp),
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
        let Contact { id, name, email, phone, business_name, notes, tags, lead_source, is_dnd, .. } = contact;
        let Contact { profile_picture_url, last_activity, created_at, .. } = contact;
        let custom_fields = contact.custom_fields.into_value().map(|values| {
            CustomFieldPatch(values.into_iter().map(|(name, value)| (name, Some(value))).collect())
        });
        Self {
            id: Some(id),
            name,
            first_name: contact.first_name.into_value().flatten(),
            last_name: contact.last_name.into_value().flatten(),
            email,
            phone,
            business_name,
            notes,
            tags,
            lead_source: Some(lead_source),
            is_dnd,
            profile_picture_url,
            last_activity,
            created_at,
            updated_at: contact.updated_at.into_value(),
            custom_fields,
        }
    }
}

/// Returns the schema of a lead source that must be one of the six documented values.
fn lead_source() -> impl Into<RefOr<Schema>> {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(LeadSource::ALL.map(LeadSource::as_str)))
        .description(Some(
            "The origin of the contact; the default is `api`. Only the six documented values are accepted.",
        ))
}
