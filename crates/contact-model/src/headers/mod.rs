//! Headers of requests and responses.

pub mod entity_tag;
mod handling;
pub mod header_list;
pub mod ignored_fields;
mod operation_id;
pub mod precondition;

pub use entity_tag::EntityTag;
pub use handling::Handling;
pub use operation_id::{InvalidOperationId, OperationId};
pub use precondition::Precondition;
