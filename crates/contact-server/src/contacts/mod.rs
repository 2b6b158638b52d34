//! The operations on contacts.

pub(crate) mod batch;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod get;
pub(crate) mod list;
mod list_parameters;
pub(crate) mod threads;
pub(crate) mod update;
