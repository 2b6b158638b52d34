//! The header `Ignored-Fields`, which lists what was sent but not stored.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use contact_model::ignored_fields;

const IGNORED_FIELDS: HeaderName = HeaderName::from_static("ignored-fields");

/// Returns the header `Ignored-Fields` for these names; no header if there are none.
pub(crate) fn ignored_fields(names: &[String]) -> HeaderMap {
    let value = ignored_fields::header_value(names).and_then(|value| HeaderValue::from_str(&value).ok());
    value.map(|value| (IGNORED_FIELDS, value)).into_iter().collect()
}
