//! Serializes a batch for the program that sends it.

use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

use super::{BatchItem, ItemOperation};
use crate::{ContactCreate, ContactId, ContactInsert, ContactUpdate, Precondition};

/// The body of a batch request with these items.
#[derive(Debug, Clone, Copy)]
pub struct BatchBody<'a>(pub &'a [BatchItem]);

impl Serialize for BatchBody<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut body = serializer.serialize_struct("Batch", 1)?;
        body.serialize_field("items", self.0)?;
        body.end()
    }
}

/// An item with the key `op` before its other keys.
#[derive(Serialize)]
#[serde(tag = "op", rename_all = "lowercase")]
enum TaggedOperation<'a> {
    Upsert {
        #[serde(flatten)]
        create: &'a ContactCreate,
        #[serde(skip_serializing_if = "Option::is_none")]
        on_create: Option<&'a ContactCreate>,
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        keep_fuller_phone: bool,
    },
    Update {
        id: ContactId,
        #[serde(flatten)]
        update: &'a ContactUpdate,
    },
    Delete {
        id: ContactId,
    },
    Insert(&'a ContactInsert),
}

/// An item with its precondition, which comes after the keys of the operation.
#[derive(Serialize)]
struct TaggedItem<'a> {
    #[serde(flatten)]
    sent: TaggedOperation<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    if_match: Option<String>,
}

impl Serialize for BatchItem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let sent = match &self.operation {
            ItemOperation::Upsert(upsert) => TaggedOperation::Upsert {
                create: &upsert.create,
                on_create: upsert.on_create.as_ref(),
                keep_fuller_phone: upsert.keep_fuller_phone,
            },
            ItemOperation::Update(id, update) => TaggedOperation::Update { id: *id, update },
            ItemOperation::Delete(id) => TaggedOperation::Delete { id: *id },
            ItemOperation::Insert(insert) => TaggedOperation::Insert(insert),
        };
        let if_match = self.if_match.as_ref().map(Precondition::to_string);
        TaggedItem { sent, if_match }.serialize(serializer)
    }
}

impl From<ItemOperation> for BatchItem {
    fn from(operation: ItemOperation) -> Self {
        Self { operation, if_match: None }
    }
}

impl BatchItem {
    /// Creates a contact, or updates the one that it matches.
    pub fn upsert(upsert: impl Into<crate::ContactUpsert>) -> Self {
        ItemOperation::Upsert(Box::new(upsert.into())).into()
    }

    /// Changes the fields of a contact that the update contains.
    pub fn update(id: ContactId, update: ContactUpdate) -> Self {
        ItemOperation::Update(id, Box::new(update)).into()
    }

    /// Deletes a contact.
    pub fn delete(id: ContactId) -> Self {
        ItemOperation::Delete(id).into()
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
}
