//! The operations on webhooks, and the task that sends changes to them.

mod deliverer;
mod delivery;
pub(crate) mod manage;
pub(crate) mod send_again;

pub use deliverer::deliver_changes;
