//! The types of a queue.

use contact_model::CompanyId;

use super::cost::Cost;

/// The types of a queue: what waits in it and what its callers get.
pub(crate) trait QueueKind: 'static {
    /// The items of a caller.
    type Item: Cost + Send;
    /// The result of an item.
    type Output: Send;
    /// How the items of a caller are processed.
    type Mode: Mode;
    /// Work that is not a set of items. Each job has a turn of its own and sends its result to its caller itself.
    type Job: Send;
}

/// How the items of a caller are processed. The default mode shares sets.
pub(crate) trait Mode: Default + Send {
    /// Returns true if callers with this mode share sets, and if their items may be divided between several sets.
    /// Otherwise each caller gets an exclusive set.
    fn shares_sets(&self) -> bool;
}

/// The mode of queues whose items all share sets.
impl Mode for () {
    fn shares_sets(&self) -> bool {
        true
    }
}

/// The owner of a turn: a company, or `None` for everything that belongs to no company.
pub(crate) type Owner = Option<CompanyId>;
