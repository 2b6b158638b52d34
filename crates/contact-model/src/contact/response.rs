//! A contact in a response.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};

use crate::{ContactId, Included, JsonText, LeadSource, Timestamp};

/// A contact: exactly the twelve documented keys. Further keys are present only if `include` asked for them
/// (extension).
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
    /// The origin of the contact: manual, api, webhook, facebook, instagram or import.
    #[schema(value_type = String)]
    pub lead_source: LeadSource,
    /// "Do not disturb": the contact must not be called or written to.
    pub is_dnd: bool,
    /// The URL of a picture. Decided: null unless imported data had one.
    #[schema(required)]
    pub profile_picture_url: Option<String>,
    /// When the contact's latest thread took place. Decided: null until the first thread; updates do not
    /// change it.
    #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>, required)]
    pub last_activity: Option<Timestamp>,
    /// When the contact was created. Decided: in UTC, with microseconds at most.
    #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>, required)]
    pub created_at: Option<Timestamp>,
    /// Extension, with `include=first_name`: the first name.
    #[serde(default, skip_serializing_if = "Included::is_absent")]
    #[schema(value_type = Option<String>, required = false, extensions(("x-extension" = json!(true))))]
    pub first_name: Included<Option<String>>,
    /// Extension, with `include=last_name`: the last name.
    #[serde(default, skip_serializing_if = "Included::is_absent")]
    #[schema(value_type = Option<String>, required = false, extensions(("x-extension" = json!(true))))]
    pub last_name: Included<Option<String>>,
    /// Extension, with `include=custom_fields`: the values of the company's custom fields, by name.
    #[serde(default, skip_serializing_if = "Included::is_absent")]
    #[schema(schema_with = custom_fields_schema, required = false)]
    pub custom_fields: Included<BTreeMap<String, JsonText>>,
    /// Extension, with `include=updated_at`: when the contact last changed.
    #[serde(default, skip_serializing_if = "Included::is_absent")]
    #[schema(value_type = chrono::DateTime<chrono::Utc>, required = false, extensions(("x-extension" = json!(true))))]
    pub updated_at: Included<Timestamp>,
    /// Extension, in a list with `deleted=true`: when the contact was deleted.
    #[serde(default, skip_serializing_if = "Included::is_absent")]
    #[schema(value_type = chrono::DateTime<chrono::Utc>, required = false, extensions(("x-extension" = json!(true))))]
    pub deleted_at: Included<Timestamp>,
}

/// Returns the schema of the values of custom fields in a response.
fn custom_fields_schema() -> impl Into<RefOr<Schema>> {
    let mark = [("x-extension".to_owned(), serde_json::json!(true))].into_iter().collect();
    ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some(
            "Extension, with `include=custom_fields`: the values of the company's custom fields, by name.",
        ))
        .extensions(Some(mark))
}
