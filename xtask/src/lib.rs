//! The commands of `cargo xtask`, and what they share with the benchmark: child processes, PostgreSQL, and the
//! workspace.

pub mod contract;
pub mod interrupt;
pub mod openapi;
pub mod postgres;
pub mod process;
mod python;
pub mod server;
pub mod test;
pub mod workspace;
