//! Sending the rows of a file, batch after batch.
//!
//! One thread reads the file and fills the next batches ([`Supply`](supply::Supply)), while the main thread sends one
//! batch after the other ([`pipeline`]). So rows apply in the order of the file, and the rows that are done are always a
//! prefix of it.

pub(crate) mod pipeline;
pub(crate) mod supply;
