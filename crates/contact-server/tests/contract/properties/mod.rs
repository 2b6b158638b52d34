//! What holds whatever is sent.

mod bodies;
mod idempotence;
