//! Many writes of contacts in one request. Extension.
//!
//! If the body as a whole is invalid, the request is refused. If an item is invalid, only that item is refused.

mod answer;
mod item;
mod request;
mod schema;

pub use answer::{BatchAnswer, ItemAnswer, ItemProblem};
pub use item::{BatchItem, ItemOperation};
pub use request::{Batch, BatchBody, item_pointer};
