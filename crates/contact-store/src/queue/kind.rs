//! The types of a queue.

use contact_model::CompanyId;

use super::cost::Cost;

/// The types of a queue: what waits in it and what its callers get.
pub(crate) trait QueueKind: 'static {
    /// The items of a caller.
    type Item: Cost + Send;
    /// The result of an item.
    type Output: Send;
    /// How the items of a caller are processed. Callers with the default mode share sets. A caller with another mode
    /// gets a set of its own.
    type Mode: Default + PartialEq + Send;
    /// Work that is not a set of items. Each job has a turn of its own and sends its result to its caller itself.
    type Job: Send;
}

/// The owner of a turn: a company, or `None` for everything that belongs to no company.
pub(crate) type Owner = Option<CompanyId>;
