//! A batch as a program sends it.

use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

use super::{BatchItem, ItemOperation};
use crate::{ContactCreate, ContactId, ContactInsert, ContactUpdate, Precondition};

/// The body of a request with these items.
#[derive(Debug, Clone, Copy)]
pub struct BatchBody<'a>(pub &'a [BatchItem]);

impl Serialize for BatchBody<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut body = serializer.serialize_struct("Batch", 1)?;
        body.serialize_field("items", self.0)?;
        body.end()
    }
}

/// An item with the key `op` before its own.
#[derive(Serialize)]
#[serde(tag = "op", rename_all = "lowercase")]
enum Sent<'a> {
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

/// What an item needs of its contact, behind the keys that say what it does.
#[derive(Serialize)]
struct Guarded<'a> {
    #[serde(flatten)]
    sent: Sent<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    if_match: Option<String>,
}

impl Serialize for BatchItem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let sent = match &self.operation {
            ItemOperation::Upsert(upsert) => Sent::Upsert {
                create: &upsert.create,
                on_create: upsert.on_create.as_ref(),
                keep_fuller_phone: upsert.keep_fuller_phone,
            },
            ItemOperation::Update(id, update) => Sent::Update { id: *id, update },
            ItemOperation::Delete(id) => Sent::Delete { id: *id },
            ItemOperation::Insert(insert) => Sent::Insert(insert),
        };
        let if_match = self.if_match.as_ref().map(Precondition::to_string);
        Guarded { sent, if_match }.serialize(serializer)
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

    /// Changes the keys of a contact that the update says.
    pub fn update(id: ContactId, update: ContactUpdate) -> Self {
        ItemOperation::Update(id, Box::new(update)).into()
    }

    /// Deletes a contact.
    pub fn delete(id: ContactId) -> Self {
        ItemOperation::Delete(id).into()
    }

    /// Stores a contact exactly as it is given.
    pub fn insert(insert: ContactInsert) -> Self {
        ItemOperation::Insert(Box::new(insert)).into()
    }

    /// The same, only while the contact is as `needed` says; otherwise the item is refused with a 412.
    #[must_use]
    pub fn if_match(self, needed: impl Into<Precondition>) -> Self {
        Self { if_match: Some(needed.into()), ..self }
    }
}
