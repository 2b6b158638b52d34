//! What the machine can do with nothing around it: the figures that the server's are measured against.

pub(super) mod constant;
pub(super) mod pgbench;
pub(super) mod raw_insert;
pub(super) mod raw_loop;
