//! What all operations that write have in common, whatever they write.

mod body_of_write;
mod ignored_fields;
mod write_request;
mod written;

pub(crate) use ignored_fields::ignored_fields;
pub(crate) use write_request::WriteRequest;
pub(crate) use written::{Told, keep_aside, receipt, shown};
