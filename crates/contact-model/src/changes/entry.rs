//! The entries of the log of changes.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ChangeAction, ChangeHash, FieldChanges};
use crate::{ApiKeyId, Contact, ContactId, Timestamp};

/// A change of a contact, or of a custom field of all contacts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChangeEntry {
    /// The number of the change. The numbers of a company have no gaps, and follow the order in which the changes were
    /// committed.
    pub sequence: i64,
    /// The contact that changed, or null if the change concerns all contacts.
    #[schema(required)]
    pub contact_id: Option<ContactId>,
    /// What the change did.
    pub action: ChangeAction,
    /// When the change was made.
    pub at: Timestamp,
    /// The API key that made the change, or null if the server or its operator made it.
    #[schema(required)]
    pub key: Option<ChangeKey>,
    /// The id of the request that made the change, which the response had in `X-Request-Id`, or null if there was no
    /// request.
    #[schema(required)]
    pub request_id: Option<String>,
    /// The `Operation-Id` of the request, which the requests of an import have in common, or null if it had none.
    #[schema(required)]
    pub operation_id: Option<String>,
    /// The fields whose values changed, with custom fields as `custom_fields.Name`. For a created contact, these are
    /// all fields that are not null, and the times of its creation and change. Deleting and restoring change no field.
    /// If a contact is erased, its values are removed from all of its changes. If a custom field is renamed or
    /// deleted, `custom_field` has its old and new name.
    pub changed: FieldChanges,
    /// The hash of this change and all before it.
    pub hash: ChangeHash,
    /// The contact as it is now. Only in the feed, with `include=contact`, and only if the contact was not erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub contact: Option<Box<Contact>>,
}

/// The API key that made a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChangeKey {
    /// The id of the key.
    pub id: ApiKeyId,
    /// The name of the key, or null if it has none.
    #[schema(required)]
    pub name: Option<String>,
}
