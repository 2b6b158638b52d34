//! The operations on tags, one in each file.

pub(crate) mod add;
pub(crate) mod list;
pub(crate) mod remove;
pub(crate) mod rename;
