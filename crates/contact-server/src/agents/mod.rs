//! The operations on agents, one a file.

pub(crate) mod create;
