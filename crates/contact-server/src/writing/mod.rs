//! The parts that all write operations share.
//!
//! A handler gets a [`WriteRequest`], and defines how its body becomes a write and how the result becomes a response.
//! The request passes the write to its [gateway], which performs it in the store, at most once for each idempotency
//! key.

mod gateway;
mod response_context;
mod response_headers;
mod write_request;

pub(crate) use gateway::Outcomes;
pub(crate) use response_context::{ResponseContext, contact_of, receipt_of};
pub(crate) use response_headers::ignored_fields;
pub(crate) use write_request::WriteRequest;
