//! What holds whatever is sent.

mod bodies;
mod idempotence;

pub(crate) use bodies::hold;
