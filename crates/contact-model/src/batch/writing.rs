//! A batch as a program sends it.

use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

use super::BatchItem;
use crate::{ContactCreate, ContactId, ContactInsert, ContactUpdate};

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

impl Serialize for BatchItem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let sent = match self {
            Self::Upsert(upsert) => {
                Sent::Upsert { create: &upsert.create, on_create: upsert.on_create.as_ref() }
            }
            Self::Update(id, update) => Sent::Update { id: *id, update },
            Self::Delete(id) => Sent::Delete { id: *id },
            Self::Insert(insert) => Sent::Insert(insert),
        };
        sent.serialize(serializer)
    }
}

impl BatchItem {
    /// Creates a contact, or updates the one that it matches.
    pub fn upsert(upsert: impl Into<crate::ContactUpsert>) -> Self {
        Self::Upsert(Box::new(upsert.into()))
    }

    /// Changes the keys of a contact that the update says.
    pub fn update(id: ContactId, update: ContactUpdate) -> Self {
        Self::Update(id, Box::new(update))
    }

    /// Deletes a contact.
    pub fn delete(id: ContactId) -> Self {
        Self::Delete(id)
    }

    /// Stores a contact exactly as it is given.
    pub fn insert(insert: ContactInsert) -> Self {
        Self::Insert(Box::new(insert))
    }
}
