//! Receipts: what a write of a contact did, field by field. Extension: `Prefer: return=receipt`.
//!
//! All of it is worked out from the contact before and after the write and from what was sent, so it
//! holds for every rule that there is or will be.

mod sent;
mod states;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use sent::Sent;
pub use states::{Snapshot, States};

use crate::matching::MatchedBy;
use crate::{AgentThread, Contact, JsonText};

/// The media type of every answer with receipts. Extension.
pub const MEDIA_TYPE: &str = "application/vnd.contacts.receipt+json";

/// What a write did. Extension, where it is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Made a new contact.
    Created,
    /// Changed an existing one.
    Updated,
    /// Found nothing to change, and wrote nothing.
    Unchanged,
    /// Deleted one, which can be restored.
    Deleted,
    /// Took a deleted one back.
    Restored,
    /// Removed one for good.
    Erased,
}

/// A contact and the receipt of the write that left it so. Extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ContactReceipt {
    /// The contact after the write; one that was deleted or erased as it was.
    pub contact: Contact,
    /// What the write did.
    pub receipt: Receipt,
}

/// A thread that was recorded, with its contact and the receipt of the write. Extension.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ThreadReceipt {
    /// The contact after the write.
    pub contact: Contact,
    /// The thread, recorded.
    pub thread: AgentThread,
    /// What the write did to the contact.
    pub receipt: Receipt,
}

/// What a write of a contact did: nothing is dropped or altered in silence. Extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "action": "updated",
    "matched_by": "phone",
    "changed": { "name": { "before": null, "after": "Jane Doe" }, "custom_fields.Plan": { "before": "silver", "after": "gold" } },
    "normalised": { "full_name": { "sent": "jane doe", "stored": "Jane Doe" } },
    "coerced": { "is_dnd": { "sent": 1, "stored": true } },
    "ignored": ["nickname"],
    "repeated": []
}))]
pub struct Receipt {
    /// What became of the contact.
    pub action: Action,
    /// What led a create to an existing contact, or null.
    #[schema(required)]
    pub matched_by: Option<MatchedBy>,
    /// The contact's fields that are not what they were, custom fields as `custom_fields.Name`. A
    /// contact that was created had nothing before; of one that is deleted, restored or erased no field
    /// becomes another.
    pub changed: BTreeMap<String, Change>,
    /// What the rules made another value of, by the key that was sent, such as a phone in E.164 or tags
    /// merged with those that the contact had.
    pub normalised: BTreeMap<String, Alteration>,
    /// What was of another form than the value it was taken for, such as `"yes"` for true.
    pub coerced: BTreeMap<String, Alteration>,
    /// The names of what was sent and not stored: all that `Ignored-Fields` has room for, and the rest.
    pub ignored: Vec<String>,
    /// The names of what was sent more than once: the last of each counts.
    pub repeated: Vec<String>,
}

/// A field that is not what it was. Extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Change {
    /// The value before the write.
    #[schema(value_type = Value)]
    pub before: JsonText,
    /// The value after it.
    #[schema(value_type = Value)]
    pub after: JsonText,
}

/// A value that is stored otherwise than it was sent. Extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Alteration {
    /// The value as it was sent.
    #[schema(value_type = Value)]
    pub sent: JsonText,
    /// The value as it is stored.
    #[schema(value_type = Value)]
    pub stored: JsonText,
}

fn json(value: &impl Serialize) -> JsonText {
    // Text, flags, lists of text, ids, times and what came as JSON are always JSON.
    JsonText::from_stored(serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned()))
}
