//! The request to write a batch.

use serde::Serialize;
use utoipa::ToSchema;

use super::BatchItem;
use crate::body::{ObjectReader, ParsedBody, RequestBody};
use crate::limits;
use crate::problem::Violations;

/// A batch that was read. Its schema is that of [`BatchBody`]. Extension.
#[derive(Debug, Clone)]
pub struct Batch {
    /// The items, or what is wrong with each of them. There is at least one item and at most
    /// [`limits::BATCH_ITEMS`]. An item includes the names of its unknown keys. An invalid item is not an error
    /// of the batch.
    pub items: Vec<Result<ParsedBody<BatchItem>, Violations>>,
}

/// Writes of contacts, applied in order.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[schema(as = Batch, example = json!({ "items": [
    { "op": "upsert", "phone_number": "(415) 555-2671", "is_dnd": true,
      "on_create": { "full_name": "jane doe", "lead_source": "import" } },
    { "op": "update", "id": "3c90c3cc-0d44-4b50-8888-8dd25736052a", "notes": "Called today" },
    { "op": "delete", "id": "018bab2f-5d60-7c31-9a55-8dd25736052a" },
] }))]
pub struct BatchBody<'a> {
    /// The writes, applied in order.
    #[schema(value_type = Vec<BatchItem>, min_items = 1, max_items = 1000)]
    pub items: &'a [BatchItem],
}

impl RequestBody for Batch {
    fn read(object: &mut ObjectReader<'_>) -> Self {
        let handling = object.handling();
        let mut room = limits::BATCH_VIOLATIONS;
        let item = |raw| {
            BatchItem::read(raw, handling).map_err(|mut bad| {
                room -= bad.truncate_listed(room);
                bad
            })
        };
        Self { items: object.items("items", limits::BATCH_ITEMS).into_iter().map(item).collect() }
    }
}

impl Batch {
    /// Returns the items if all of them are valid, each with the names of its unknown keys.
    ///
    /// # Errors
    /// Returns the invalid fields of all items, with pointers into the body.
    pub fn into_valid_items(self) -> Result<Vec<ParsedBody<BatchItem>>, Violations> {
        let mut good = Vec::with_capacity(self.items.len());
        let mut bad = Violations::new();
        for (index, item) in self.items.into_iter().enumerate() {
            match item {
                Ok(item) => good.push(item),
                Err(violations) => bad.extend(violations.with_prefix(&item_pointer(index))),
            }
        }
        bad.into_result(good)
    }
}

/// Returns the JSON pointer of an item in the body.
pub fn item_pointer(index: usize) -> String {
    format!("/items/{index}")
}
