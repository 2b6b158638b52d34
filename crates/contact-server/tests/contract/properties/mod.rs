//! Property tests: rules for all inputs.

mod bodies;
mod idempotence;

pub(crate) use bodies::check_property;
