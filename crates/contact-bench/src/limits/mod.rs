//! The limits of the machine, with which the server is compared.

pub(crate) mod constant;
pub(crate) mod pgbench;
pub(crate) mod raw_insert;
pub(crate) mod raw_loop;
