//! The headers of responses that report how a request was handled.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use contact_model::ignored_fields;

use crate::extract::{Prefer, WriteHeaders};

const IGNORED_FIELDS: HeaderName = HeaderName::from_static("ignored-fields");
const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");

/// Returns the header `Ignored-Fields`, which lists what was sent but not stored; no header if `names` is empty.
pub(crate) fn ignored_fields(names: &[String]) -> HeaderMap {
    let value = ignored_fields::header_value(names).and_then(|value| HeaderValue::from_str(&value).ok());
    value.map(|value| (IGNORED_FIELDS, value)).into_iter().collect()
}

/// Returns the headers of the response to a write: the names that were ignored, and the preferences that were followed,
/// among those that the operation supports.
pub(crate) fn write_response_headers<H: WriteHeaders>(prefer: Prefer, ignored: &[String]) -> HeaderMap {
    let mut headers = ignored_fields(ignored);
    let applied: Vec<String> =
        H::PREFER.iter().filter_map(|(preference, _)| prefer.applied(*preference)).collect();
    if !applied.is_empty() {
        let value = HeaderValue::from_str(&applied.join(", ")).ok();
        headers.extend(value.map(|value| (PREFERENCE_APPLIED, value)));
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::{BodyHeaders, ContactHeaders, CreateHeaders, PREFER, PlainHeaders};

    fn applied<H: WriteHeaders>(preferences: &'static str) -> Option<String> {
        let sent = HeaderMap::from_iter([(PREFER, HeaderValue::from_static(preferences))]);
        let headers = write_response_headers::<H>(Prefer::from_headers(&sent), &[]);
        headers.get(PREFERENCE_APPLIED).map(|value| value.to_str().unwrap().to_owned())
    }

    #[test]
    fn only_supported_preferences_are_listed() {
        let both = "match=email, return=representation";
        assert_eq!(applied::<CreateHeaders>(both).unwrap(), "return=representation, match=email");
        assert_eq!(applied::<ContactHeaders>(both).unwrap(), "return=representation");
        assert_eq!(applied::<BodyHeaders>(both), None);
        assert_eq!(applied::<PlainHeaders>("tx=rollback, return=receipt").unwrap(), "tx=rollback");
        assert_eq!(applied::<CreateHeaders>("match=name"), None);
    }
}
