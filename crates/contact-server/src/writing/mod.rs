//! The parts that all write operations share.

mod body_of_write;
mod ignored_fields;
mod write_request;
mod written;

pub(crate) use ignored_fields::ignored_fields;
pub(crate) use write_request::WriteRequest;
pub(crate) use written::{Told, keep_aside, receipt, shown};
