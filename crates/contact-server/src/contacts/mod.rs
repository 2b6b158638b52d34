//! The operations on contacts.

pub(crate) mod batch;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod duplicates;
pub(crate) mod get;
pub(crate) mod history;
pub(crate) mod list;
pub(crate) mod merge;
pub(crate) mod threads;
pub(crate) mod update;
