//! The log of changes: what changed in each contact of a company, in order. Extension.

mod action;
mod digest;
mod entry;
mod feed;
mod field_changes;
pub(crate) mod filter;
mod hash;
mod history;
mod query;
pub mod revert;

pub use action::ChangeAction;
pub use digest::DigestedEntry;
pub use entry::{ChangeEntry, ChangeKey};
pub use feed::{ChangeCursor, ChangeFeed, InvalidChangeCursor, LogHash, UNREADABLE_CHANGE_CURSOR};
pub use field_changes::{Change, ComparedContact, FieldChanges};
pub use filter::ChangeFilter;
pub use hash::{ChangeHash, InvalidHash};
pub use history::{ContactHistory, HistoryCursor};
pub use query::{ChangeQuery, FeedPosition};
