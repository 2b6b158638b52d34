//! Reads the API key in the header `Authorization`.

use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderValue};
use contact_model::ApiKey;

/// Returns the key that a request was sent with, either raw (documented) or after `Bearer` (decided).
pub(crate) fn read(headers: &HeaderMap) -> Option<ApiKey> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    // If there are two headers, it is unclear which one is meant.
    let (value, None) = (values.next()?, values.next()) else { return None };
    read_value(value)
}

/// Returns the key in one value of the header.
pub(crate) fn read_value(value: &HeaderValue) -> Option<ApiKey> {
    let text = value.to_str().ok()?.trim();
    let key = match text.split_once(' ') {
        Some((scheme, key)) if scheme.eq_ignore_ascii_case("bearer") => key.trim(),
        Some(_) => return None,
        None => text,
    };
    ApiKey::parse(key)
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn read_headers(values: &[&str]) -> Option<ApiKey> {
        let mut request = Request::builder();
        for value in values {
            request = request.header(AUTHORIZATION, *value);
        }
        read(request.body(()).unwrap().headers())
    }

    #[test]
    fn key_is_read_with_and_without_bearer() {
        let key = ApiKey::from_random(1);
        let raw = key.reveal();
        for value in [raw.to_owned(), format!("Bearer {raw}"), format!("bearer  {raw}"), format!(" {raw} ")] {
            assert_eq!(read_headers(&[&value]), Some(key.clone()), "{value:?}");
        }
    }

    #[test]
    fn other_values_are_not_a_key() {
        let key = ApiKey::from_random(1);
        let raw = key.reveal();
        for values in [&[][..], &[""], &["Bearer"], &["Bearer "], &[&format!("Basic {raw}")], &[raw, raw]] {
            assert_eq!(read_headers(values), None, "{values:?}");
        }
    }
}
