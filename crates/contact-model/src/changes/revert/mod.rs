//! Undoing changes: which changes a request selects, and what setting a contact back means. Extension.

mod current;
mod net_change;
mod presence;
mod request;
mod result;

pub use current::{CurrentContact, SetFieldError, set_field};
pub use net_change::{DELETED_AT, NetChange, RevertPlan};
pub use presence::Presence;
pub use request::{
    InvalidRevertCursor, RevertChanges, RevertCursor, SelectableChange, UNREADABLE_REVERT_CURSOR,
};
pub use result::{LeftAlone, LeftReason, RevertedChanges, RevertedContact};
