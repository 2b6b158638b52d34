//! The operations on a company's own API keys, one a file.

pub(crate) mod create;
pub(crate) mod list;
pub(crate) mod revoke;
