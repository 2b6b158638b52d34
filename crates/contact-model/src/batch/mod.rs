//! Many writes of contacts in one request. Extension.
//!
//! If the body as a whole is invalid, the request is refused. If an item is invalid, only that item is refused.

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

/// Writes of contacts, applied in order. Extension.
#[derive(Debug, Clone)]
pub struct Batch {
    /// The items, or what is wrong with each of them. There is at least one item and at most
    /// [`limits::BATCH_ITEMS`]. An item includes the names of its unknown keys.
    pub items: Vec<Result<Read<BatchItem>, Violations>>,
}

impl Batch {
    /// Reads the body of a batch.
    ///
    /// # Errors
    /// Returns an error if the body is not JSON or not an object, or if `items` is not an array of 1 to
    /// [`limits::BATCH_ITEMS`] items. An invalid item is not an error here: it is returned among the items.
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

    /// Returns the items if all of them are valid, each with the names of its unknown keys.
    ///
    /// # Errors
    /// Returns the invalid fields of all items, with pointers into the body.
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

/// Returns the JSON pointer of an item in the body.
pub fn item_pointer(index: usize) -> String {
    format!("/items/{index}")
}
