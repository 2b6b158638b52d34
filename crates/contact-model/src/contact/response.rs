//! A contact in a response.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::schema::ObjectBuilder;

use crate::schema;
use crate::{ContactId, Included, JsonText, LeadSource, Timestamp};

/// A contact. `first_name`, `last_name`, `custom_fields` and `updated_at` are present only if `include` asks for them,
/// and `deleted_at` only in a list of deleted contacts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
    "name": "Jane Doe",
    "email": "jane@example.com",
    "phone": "+14155552671",
    "business_name": "Example Ltd",
    "notes": null,
    "tags": ["vip"],
    "lead_source": "api",
    "is_dnd": false,
    "profile_picture_url": null,
    "last_activity": null,
    "created_at": "2023-11-07T05:31:56.000123Z"
}))]
pub struct Contact {
    /// The contact's id.
    #[schema(value_type = uuid::Uuid)]
    pub id: ContactId,
    /// The full name.
    #[schema(required)]
    pub name: Option<String>,
    /// The email address.
    #[schema(required)]
    pub email: Option<String>,
    /// The phone number: as an update sent it, or as a create normalised it.
    #[schema(required)]
    pub phone: Option<String>,
    /// The company that the contact represents.
    #[schema(required)]
    pub business_name: Option<String>,
    /// Free text.
    #[schema(required)]
    pub notes: Option<String>,
    /// The tags.
    pub tags: Vec<String>,
    /// The origin of the contact.
    pub lead_source: LeadSource,
    /// "Do not disturb": the contact must not be called or written to.
    pub is_dnd: bool,
    /// The URL of a picture, or null. Only a batch item with `op` `insert` can set it.
    #[schema(required, extensions(("x-decided" = json!(true))))]
    pub profile_picture_url: Option<String>,
    /// When the contact's latest thread took place. It is null until the first thread, and updates do not change it.
    #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>, required, extensions(("x-decided" = json!(true))))]
    pub last_activity: Option<Timestamp>,
    /// When the contact was created, in UTC, with at most microseconds.
    #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>, required, extensions(("x-decided" = json!(true))))]
    pub created_at: Option<Timestamp>,
    /// The first name, with `include=first_name`.
    #[serde(default, skip_serializing_if = "Included::is_absent")]
    #[schema(value_type = Option<String>, required = false, extensions(("x-extension" = json!(true))))]
    pub first_name: Included<Option<String>>,
    /// The last name, with `include=last_name`.
    #[serde(default, skip_serializing_if = "Included::is_absent")]
    #[schema(value_type = Option<String>, required = false, extensions(("x-extension" = json!(true))))]
    pub last_name: Included<Option<String>>,
    /// The values of the company's custom fields, by name, with `include=custom_fields`.
    #[serde(default, skip_serializing_if = "Included::is_absent")]
    #[schema(schema_with = custom_fields_schema, required = false)]
    pub custom_fields: Included<BTreeMap<String, JsonText>>,
    /// When the contact last changed, with `include=updated_at`.
    #[serde(default, skip_serializing_if = "Included::is_absent")]
    #[schema(value_type = chrono::DateTime<chrono::Utc>, required = false, extensions(("x-extension" = json!(true))))]
    pub updated_at: Included<Timestamp>,
    /// When the contact was deleted, in a list with `deleted=true`.
    #[serde(default, skip_serializing_if = "Included::is_absent")]
    #[schema(value_type = chrono::DateTime<chrono::Utc>, required = false, extensions(("x-extension" = json!(true))))]
    pub deleted_at: Included<Timestamp>,
}

/// Returns the schema of the values of custom fields in a response.
fn custom_fields_schema() -> ObjectBuilder {
    let text = "The values of the company's custom fields, by name, with `include=custom_fields`.";
    schema::custom_fields().description(Some(text)).extensions(schema::extension())
}
