//! Many writes of contacts in one request. Extension.
//!
//! What is wrong with the body as a whole is the request's problem; what is wrong with an item is that
//! item's, and the others do not mind.

mod answer;
mod item;
mod schema;
mod writing;

pub use answer::{BatchAnswer, ItemAnswer, ItemProblem};
pub use item::{BatchItem, ItemOperation};
pub use writing::BatchBody;

use crate::body::{BodyError, ObjectReader, Read};
use crate::violation::Violations;
use crate::{SentBody, limits};

/// Writes of contacts, done in their order. Extension.
#[derive(Debug, Clone)]
pub struct Batch {
    /// Each item with the keys of it that are not known, or what is wrong with it: at least one, at most
    /// [`limits::BATCH_ITEMS`].
    pub items: Vec<Result<Read<BatchItem>, Violations>>,
}

impl Batch {
    /// Reads the body of a batch.
    ///
    /// # Errors
    /// Not JSON, no object, or `items` is no array of 1 to [`limits::BATCH_ITEMS`] items. What is wrong with
    /// an item stands in its place.
    pub fn from_json<'b>(body: impl Into<SentBody<'b>>) -> Result<Read<Self>, BodyError> {
        let body = body.into();
        let mut object = ObjectReader::new(body)?;
        let sent = object.items("items", limits::BATCH_ITEMS);
        let read = object.finish(())?;
        let mut room = limits::BATCH_VIOLATIONS;
        let item = |raw| {
            BatchItem::read(raw, body.handling).map_err(|mut bad| {
                room -= bad.list_at_most(room);
                bad
            })
        };
        Ok(read.map(|()| Self { items: sent.into_iter().map(item).collect() }))
    }

    /// The items, where every one of them is good, each with the keys of it that are not known.
    ///
    /// # Errors
    /// The bad fields of all items, by their places in the body.
    pub fn into_good_items(self) -> Result<Vec<Read<BatchItem>>, Violations> {
        let mut good = Vec::with_capacity(self.items.len());
        let mut bad = Violations::new();
        for (index, item) in self.items.into_iter().enumerate() {
            match item {
                Ok(item) => good.push(item),
                Err(violations) => bad.extend(violations.under(&item_pointer(index))),
            }
        }
        bad.into_result(good)
    }
}

/// Where an item stands in the body.
pub fn item_pointer(index: usize) -> String {
    format!("/items/{index}")
}
