//! Receipts: what a write of a contact changed, field by field. Extension: `Prefer: return=receipt`.
//!
//! A receipt is computed from the contact before and after the write and from the sent values. It does not
//! depend on the rules that the write applied, so it is also correct for new rules.

mod body_notes;
mod snapshots;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

pub use body_notes::BodyNotes;
pub use snapshots::{Snapshot, Snapshots};

use crate::changes::Change;
use crate::matching::MatchedBy;
use crate::{AgentThread, Contact, JsonText};

/// The media type of every response with receipts. Extension.
pub const MEDIA_TYPE: &str = "application/vnd.contacts.receipt+json";

/// What a write did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Created a contact.
    Created,
    /// Changed an existing contact.
    Updated,
    /// Changed nothing and wrote nothing, because the contact already had the values.
    Unchanged,
    /// Deleted a contact, which can be restored.
    Deleted,
    /// Restored a deleted contact.
    Restored,
    /// Removed a contact permanently.
    Erased,
    /// Merged another contact into the contact.
    Merged,
}

/// A contact and the receipt of the write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "contact": {
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
    },
    "receipt": {
        "action": "updated",
        "matched_by": "phone",
        "changed": {
            "name": { "before": null, "after": "Jane Doe" },
            "custom_fields.Plan": { "before": "silver", "after": "gold" }
        },
        "normalised": { "full_name": { "sent": "jane doe", "stored": "Jane Doe" } },
        "coerced": { "is_dnd": { "sent": 1, "stored": true } },
        "ignored": ["nickname"],
        "repeated": []
    }
}))]
pub struct ContactReceipt {
    /// The contact after the write. A deleted or erased contact is returned as it was before.
    pub contact: Contact,
    /// What the write changed.
    pub receipt: Receipt,
}

/// A thread that was recorded, with its contact and the receipt of the write.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "contact": {
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
        "last_activity": "2023-11-07T05:31:56Z",
        "created_at": "2023-11-07T05:31:56.000123Z"
    },
    "thread": {
        "id": "018bab2f-5d60-7c31-9a55-8dd25736052a",
        "agent_name": "Front desk",
        "agent_id": "018bab2f-0000-7c31-9a55-3c90c3cc0d44",
        "type": "call",
        "status": "completed",
        "direction": "inbound",
        "duration": 42.5,
        "created_at": "2023-11-07T05:31:56Z"
    },
    "receipt": {
        "action": "updated",
        "matched_by": null,
        "changed": { "last_activity": { "before": null, "after": "2023-11-07T05:31:56Z" } },
        "normalised": {},
        "coerced": {},
        "ignored": [],
        "repeated": []
    }
}))]
pub struct ThreadReceipt {
    /// The contact after the write.
    pub contact: Contact,
    /// The recorded thread.
    pub thread: AgentThread,
    /// What the write changed in the contact.
    pub receipt: Receipt,
}

/// What a write of a contact changed. Every value that was dropped or altered is listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Receipt {
    /// What the write did.
    pub action: Action,
    /// The value that matched an existing contact in a create, or null.
    #[schema(required)]
    pub matched_by: Option<MatchedBy>,
    /// The fields of the contact whose values changed, with custom fields as `custom_fields.Name`. A contact
    /// that was created had no values before. Deleting, restoring and erasing change no field.
    pub changed: BTreeMap<String, Change>,
    /// The sent values that were stored differently because of the contract's rules, by key. Examples are a
    /// phone number in E.164, and tags that were merged with the contact's existing tags.
    pub normalised: BTreeMap<String, Alteration>,
    /// The sent values that were read as a value of another form, such as `"yes"` as true.
    pub coerced: BTreeMap<String, Alteration>,
    /// The names of all sent fields that were not stored. The header `Ignored-Fields` may contain only some
    /// of them.
    pub ignored: Vec<String>,
    /// The names of the fields that were sent more than once. The last value of each was used.
    pub repeated: Vec<String>,
}

/// A value that was not stored as sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Alteration {
    /// The value as sent.
    #[schema(value_type = Value)]
    pub sent: JsonText,
    /// The value as stored.
    #[schema(value_type = Value)]
    pub stored: JsonText,
}

/// Returns the keys of a value that is serialized as an object, each with the JSON of its value.
fn fields(value: &impl Serialize) -> BTreeMap<String, JsonText> {
    let raw: BTreeMap<String, Box<RawValue>> = serde_json::from_str(json(value).as_str()).unwrap_or_default();
    raw.into_iter().map(|(key, value)| (key, JsonText::from_stored(Box::<str>::from(value).into()))).collect()
}

fn json(value: &impl Serialize) -> JsonText {
    // Texts, booleans, lists of texts, ids, times and JSON texts can always be written as JSON.
    JsonText::from_stored(serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned()))
}
