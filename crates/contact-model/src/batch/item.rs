//! One item of a batch.

use std::str::FromStr;

use serde_json::value::RawValue;

use crate::body::{BodyError, ObjectReader, Read};
use crate::json_text::JsonKind;
use crate::violation::{Violation, ViolationCode, Violations};
use crate::{ContactId, ContactInsert, ContactUpdate, ContactUpsert, Handling, Precondition, SentBody};

/// One write of a batch. Extension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchItem {
    /// What it does.
    pub operation: ItemOperation,
    /// What it needs of the contact that it is for, as the items before it leave that: the header `If-Match` of
    /// an item. Where it is for none yet, nothing holds.
    pub if_match: Option<Precondition>,
}

/// What an item of a batch does. Extension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemOperation {
    /// Creates a contact, or updates the one that it matches.
    Upsert(Box<ContactUpsert>),
    /// Changes the sent keys of a contact.
    Update(ContactId, Box<ContactUpdate>),
    /// Deletes a contact.
    Delete(ContactId),
    /// Stores a contact exactly as it is given.
    Insert(Box<ContactInsert>),
}

/// What an item does, as its key `op` names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Op {
    Upsert,
    Update,
    Delete,
    Insert,
}

impl Op {
    const ALL: [Self; 4] = [Self::Upsert, Self::Update, Self::Delete, Self::Insert];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Upsert => "upsert",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Insert => "insert",
        }
    }
}

impl FromStr for Op {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|op| op.as_str() == word)
            .ok_or_else(|| format!("`{word}` is no operation: use upsert, update, delete or insert"))
    }
}

impl BatchItem {
    /// Reads an item as its batch is read, with the keys that its operation does not know.
    pub(super) fn read(raw: &RawValue, handling: Handling) -> Result<Read<Self>, Violations> {
        let sent = SentBody { bytes: raw.get().as_bytes(), handling };
        let mut object = ObjectReader::new(sent).map_err(|error| no_object(raw, &error))?;
        let Some(op) = object.word("op") else {
            if !object.has_refused("op") {
                object.require("op");
            }
            // Without it, nothing tells what the other keys mean.
            return Err(object.give_up());
        };
        let if_match = object.word("if_match");
        let operation = match op {
            Op::Upsert => ItemOperation::Upsert(Box::new(ContactUpsert::take_from(&mut object))),
            Op::Update => ItemOperation::Update(
                object.required_id("id"),
                Box::new(ContactUpdate::take_from(&mut object)),
            ),
            Op::Delete => ItemOperation::Delete(object.required_id("id")),
            Op::Insert => ItemOperation::Insert(Box::new(ContactInsert::take_from(&mut object))),
        };
        object.close(Self { operation, if_match })
    }
}

/// What is wrong with an item that cannot be opened. An empty pointer is the item as a whole.
fn no_object(raw: &RawValue, error: &BodyError) -> Violations {
    let violation = match error {
        BodyError::NotAnObject(_) => {
            let sent = JsonKind::of(raw.get());
            Violation::new("", ViolationCode::WrongType, format!("An item takes an object; {sent} was sent."))
        }
        // It is JSON, or the body would have been refused: a name in it is what cannot be read.
        _ => Violation::new(
            "",
            ViolationCode::InvalidUnicode,
            "A name in the item holds an escape that is no Unicode character.",
        ),
    };
    violation.into()
}
