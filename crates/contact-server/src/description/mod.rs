//! The API description (OpenAPI). It is built from the attributes of the handlers, the table of operations and the
//! table of refusals. The server only serves it: nothing else depends on it at run time.

pub(crate) mod change_parameters;
mod common_problems;
pub(crate) mod docs_page;
pub(crate) mod document;
mod examples;
pub(crate) mod files;
mod headers;
mod idempotency_key;
pub(crate) mod list_parameters;
mod operation;
pub(crate) mod parameters;
pub(crate) mod problems;
pub(crate) mod responses;
mod samples;
mod sdk;
mod shared_parameters;
pub(crate) mod source;
mod static_file;
pub(crate) mod tags;
pub(crate) mod text;
mod webhook_event;
mod yaml;

pub use document::document;
