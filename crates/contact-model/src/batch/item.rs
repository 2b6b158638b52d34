//! One item of a batch.

use serde_json::value::RawValue;

use crate::body::{BodyError, ObjectReader, ParsedBody, RequestBody as _};
use crate::json::JsonKind;
use crate::problem::{Violation, ViolationCode, Violations};
use crate::string_enum::string_enum;
use crate::{ContactId, ContactInsert, ContactUpdate, ContactUpsert, Handling, Precondition, SentBody};

/// One write of a batch. Extension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchItem {
    /// The operation.
    pub operation: ItemOperation,
    /// The state that the contact must be in after the previous items: the `If-Match` header of an item. If the
    /// item would create a contact, the precondition is not met.
    pub if_match: Option<Precondition>,
}

/// The operation of a batch item. Extension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemOperation {
    /// Creates a contact, or updates the one that it matches.
    Upsert(Box<ContactUpsert>),
    /// Changes the sent fields of a contact.
    Update(ContactId, Box<ContactUpdate>),
    /// Deletes a contact.
    Delete(ContactId),
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

impl BatchItem {
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
            Op::Update => {
                ItemOperation::Update(object.required_id("id"), Box::new(ContactUpdate::read(&mut object)))
            }
            Op::Delete => ItemOperation::Delete(object.required_id("id")),
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
