//! The operations on tags, one a file.

pub(crate) mod add;
pub(crate) mod list;
pub(crate) mod remove;
pub(crate) mod rename;
