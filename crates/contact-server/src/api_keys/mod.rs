//! The operations on a company's API keys, one in each file.

pub(crate) mod create;
pub(crate) mod list;
pub(crate) mod revoke;
