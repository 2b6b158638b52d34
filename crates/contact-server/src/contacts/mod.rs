//! The operations on contacts, one in each file.

pub(crate) mod batch;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod get;
pub(crate) mod list;
mod list_parameters;
pub(crate) mod list_threads;
pub(crate) mod record_thread;
pub(crate) mod restore;
pub(crate) mod set_active_agent;
pub(crate) mod update;
