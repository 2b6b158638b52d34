//! Sending the rows of a file, batch after batch.
//!
//! One thread reads the file and fills the next batches ([`Supply`](supply::Supply)), while the main thread sends up to
//! two batches at once ([`pipeline`]), unless both may be for the same contact ([`contact_keys`]). So rows for one
//! contact apply in the order of the file. The outcomes are recorded in the order of the batches, so the rows that are
//! done are always a prefix of the file.

pub(crate) mod contact_keys;
pub(crate) mod pipeline;
pub(crate) mod supply;
