//! The operations on contacts, one a file.

pub(crate) mod batch;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod get;
pub(crate) mod list;
mod list_parameters;
pub(crate) mod list_threads;
pub(crate) mod record_thread;
pub(crate) mod restore;
pub(crate) mod set_active_agent;
pub(crate) mod update;
pub(crate) mod write_request;
pub(crate) mod written;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use contact_model::ignored_fields;

const IGNORED_FIELDS: HeaderName = HeaderName::from_static("ignored-fields");

/// The header that names what was sent and not stored.
pub(crate) fn ignored_fields(names: &[String]) -> HeaderMap {
    let value = ignored_fields::header_value(names).and_then(|value| HeaderValue::from_str(&value).ok());
    value.map(|value| (IGNORED_FIELDS, value)).into_iter().collect()
}
