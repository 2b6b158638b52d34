//! The workspace's own commands. Each is a module here, so that tests can call it; `main` only
//! names them.

pub mod bench;
pub mod contract;
pub mod openapi;
pub mod test;
