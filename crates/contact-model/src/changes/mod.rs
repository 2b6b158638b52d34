//! The log of changes: what changed in each contact of a company, in order. Extension.

mod action;
mod digest;
mod entry;
mod field_changes;
mod history;

pub use action::ChangeAction;
pub use digest::DigestedEntry;
pub use entry::{ChangeEntry, ChangeKey};
pub use field_changes::{Change, ComparedContact, FieldChanges};
pub use history::{ContactHistory, HistoryCursor};
