//! The scenarios.

pub(crate) mod database;
pub(crate) mod disk;
pub(crate) mod server;
