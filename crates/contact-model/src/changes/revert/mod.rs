//! Undoing changes: which changes a request selects, and what setting a contact back means. Extension.

mod current;
mod net_change;
mod request;
mod result;

pub use current::{CurrentContact, SetFieldError, set_field};
pub use net_change::{NetChange, Presence, RevertPlan};
pub use request::{
    InvalidRevertCursor, RevertChanges, RevertCursor, SelectableChange, UNREADABLE_REVERT_CURSOR,
};
pub use result::{LeftAlone, LeftReason, RevertedChanges, RevertedContact};
