//! The log of changes of a company: its entries in their order, their hashes, and the removal of old entries.

mod custom_field_change;
mod feed;
mod hash_walk;
mod latest;
mod old_changes;
mod seal;
pub(crate) mod stored_entry;

pub use custom_field_change::Origin;
pub(crate) use custom_field_change::add_custom_field_change;
pub use feed::{ChangesPage, FeedStart, HashOfChange, ReadChanges};
pub(super) use feed::{earliest, latest};
pub(crate) use hash_walk::HashWalk;
pub use latest::LatestChanges;
pub use old_changes::{ListCompaniesWithOldChanges, RemoveOldChanges};
pub use seal::ListUnsealedCompanies;
pub(crate) use seal::{HashNextChanges, NextHashes, StoreHashes};
