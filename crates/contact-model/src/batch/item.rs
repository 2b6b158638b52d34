//! One item of a batch.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::body::{BodyError, ObjectReader, ParsedBody, RequestBody as _};
use crate::json::JsonKind;
use crate::problem::{Violation, ViolationCode, Violations};
use crate::string_enum::string_enum;
use crate::{ContactId, ContactInsert, ContactUpdate, ContactUpsert, Handling, Precondition, SentBody};

/// One write of a batch. Extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BatchItem {
    /// The operation.
    #[serde(flatten)]
    pub operation: ItemOperation,
    /// The state that the contact must be in after the previous items: the `If-Match` header of an item. If the
    /// item would create a contact, the precondition is not met.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub if_match: Option<Precondition>,
}

/// The operation of a batch item. Extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "op", rename_all = "lowercase")]
pub enum ItemOperation {
    /// Creates a contact, or updates the one that it matches.
    Upsert(Box<ContactUpsert>),
    /// Changes the sent fields of a contact.
    Update {
        /// The contact.
        id: ContactId,
        /// The fields to change.
        #[serde(flatten)]
        update: Box<ContactUpdate>,
    },
    /// Deletes a contact.
    Delete {
        /// The contact.
        id: ContactId,
    },
    /// Stores a contact exactly as given.
    Insert(Box<ContactInsert>),
}

string_enum! {
    /// The value of an item's key `op`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(super) enum Op: "an operation" {
        Upsert = "upsert",
        Update = "update",
        Delete = "delete",
        Insert = "insert",
    }
}

impl From<ItemOperation> for BatchItem {
    fn from(operation: ItemOperation) -> Self {
        Self { operation, if_match: None }
    }
}

impl BatchItem {
    /// Creates a contact, or updates the one that it matches.
    pub fn upsert(upsert: impl Into<ContactUpsert>) -> Self {
        ItemOperation::Upsert(Box::new(upsert.into())).into()
    }

    /// Changes the fields of a contact that the update contains.
    pub fn update(id: ContactId, update: ContactUpdate) -> Self {
        ItemOperation::Update { id, update: Box::new(update) }.into()
    }

    /// Deletes a contact.
    pub fn delete(id: ContactId) -> Self {
        ItemOperation::Delete { id }.into()
    }

    /// Stores a contact exactly as given.
    pub fn insert(insert: ContactInsert) -> Self {
        ItemOperation::Insert(Box::new(insert)).into()
    }

    /// Returns this item with a precondition. The item is refused with a 412 unless the contact is in the
    /// state `needed`.
    #[must_use]
    pub fn if_match(self, needed: impl Into<Precondition>) -> Self {
        Self { if_match: Some(needed.into()), ..self }
    }

    /// Reads an item with the handling of its batch, and collects the keys that its operation does not know.
    pub(super) fn read(raw: &RawValue, handling: Handling) -> Result<ParsedBody<Self>, Violations> {
        let sent = SentBody { bytes: raw.get().as_bytes(), handling };
        let mut object = ObjectReader::new(sent).map_err(|error| unreadable_item(raw, &error))?;
        let Some(op) = object.parsed("op") else {
            object.require("op");
            // The meaning of the other keys depends on `op`.
            return Err(object.into_violations());
        };
        let if_match = object.parsed("if_match");
        let operation = match op {
            Op::Upsert => ItemOperation::Upsert(Box::new(ContactUpsert::read(&mut object))),
            Op::Update => ItemOperation::Update {
                id: object.required_id("id"),
                update: Box::new(ContactUpdate::read(&mut object)),
            },
            Op::Delete => ItemOperation::Delete { id: object.required_id("id") },
            Op::Insert => ItemOperation::Insert(Box::new(ContactInsert::read(&mut object))),
        };
        let (parsed, violations) = object.finish(Self { operation, if_match });
        violations.into_result(parsed)
    }
}

/// Describes an item that is not a readable object. An empty pointer means the whole item.
fn unreadable_item(raw: &RawValue, error: &BodyError) -> Violations {
    let violation = match error {
        BodyError::NotAnObject(_) => {
            let sent = JsonKind::of(raw.get());
            Violation::new("", ViolationCode::WrongType, format!("An item takes an object; {sent} was sent."))
        }
        // The body was valid JSON as a whole, so the unreadable part is a name in this object.
        _ => Violation::new(
            "",
            ViolationCode::InvalidUnicode,
            "A name in the item contains an escape that is not a Unicode character.",
        ),
    };
    violation.into()
}
