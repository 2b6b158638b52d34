//! A request that a call sends, the same in every attempt.

use bytes::Bytes;
use contact_model::IdempotencyKey;
use contact_model::clock::{Clock as _, SystemClock};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use url::Url;

use crate::headers::{IDEMPOTENCY_KEY, PREFER};
use crate::{Body, InvalidRequest};

/// All characters except the unreserved ones of RFC 3986.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A request without the API key.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// Whether to generate an idempotency key for a write that has none.
    generates_key: bool,
}

/// A request, or the first reason why it cannot be sent.
pub(crate) type Draft = Result<Request, InvalidRequest>;

impl Request {
    /// Creates a request for the path with these segments below `base`. The path ends in a slash.
    pub(crate) fn new(method: Method, base: &Url, path: &[&str]) -> Draft {
        // URL parsers remove these two segments, even if they are escaped.
        if let Some(dots) = path.iter().find(|segment| matches!(**segment, "." | "..")) {
            return Err(InvalidRequest::Path((*dots).to_owned()));
        }
        // Escaped here, because `Url::path_segments_mut` removes tabs and line breaks.
        let segments: Vec<String> =
            path.iter().map(|segment| utf8_percent_encode(segment, ESCAPED).to_string()).collect();
        let mut url = base.clone();
        url.set_path(&format!("{}/{}/", base.path().trim_end_matches('/'), segments.join("/")));
        Ok(Self { method, url, headers: HeaderMap::new(), body: Bytes::new(), generates_key: true })
    }

    /// Sets the body.
    pub(crate) fn body<T>(mut self, body: Body<T>) -> Draft {
        self.body = body.into_json()?;
        self.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Ok(self)
    }

    /// Sets a parameter of the query.
    pub(crate) fn parameter(mut self, name: &str, value: &str) -> Self {
        let others: Vec<(String, String)> = self
            .url
            .query_pairs()
            .filter(|(other, _)| other != name)
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        self.url.query_pairs_mut().clear().extend_pairs(others).append_pair(name, value);
        self
    }

    /// Appends parameters to the query.
    pub(crate) fn parameters(mut self, pairs: &[(impl AsRef<str>, String)]) -> Self {
        if !pairs.is_empty() {
            self.url.query_pairs_mut().extend_pairs(pairs);
        }
        self
    }

    /// Sets a header.
    pub(crate) fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// Sets a preference, such as `return=receipt`. It replaces a preference of the same name, because the server
    /// applies the first one.
    pub(crate) fn prefer(mut self, preference: &'static str) -> Self {
        let name = |value: &[u8]| value.split(|&byte| byte == b'=').next().map(<[u8]>::to_owned);
        let present = self.headers.get_all(PREFER).iter();
        let others = present.filter(|other| name(other.as_bytes()) != name(preference.as_bytes()));
        let others: Vec<HeaderValue> = others.cloned().collect();
        self.headers.remove(PREFER);
        for value in others.into_iter().chain([HeaderValue::from_static(preference)]) {
            self.headers.append(PREFER, value);
        }
        self
    }

    /// Returns true if the request has this preference.
    pub(crate) fn prefers(&self, preference: &str) -> bool {
        self.headers.get_all(PREFER).iter().any(|value| value == preference)
    }

    /// Removes the idempotency key and generates none.
    pub(crate) fn without_idempotency_key(mut self) -> Self {
        self.headers.remove(IDEMPOTENCY_KEY);
        self.generates_key = false;
        self
    }

    /// Adds a generated idempotency key to a write that has none.
    pub(crate) fn with_generated_key(self) -> Draft {
        if self.is_repeatable() || !self.generates_key {
            return Ok(self);
        }
        let key = idempotency_key(&SystemClock.new_id().to_string())?;
        Ok(self.header(IDEMPOTENCY_KEY, key))
    }

    /// Returns true if the request has the same effect if it is sent several times.
    pub(crate) fn is_repeatable(&self) -> bool {
        self.method == Method::GET || self.headers.contains_key(IDEMPOTENCY_KEY)
    }
}

/// Returns the header value of an idempotency key, if the server accepts the key.
pub(crate) fn idempotency_key(key: &str) -> Result<HeaderValue, InvalidRequest> {
    let invalid = || InvalidRequest::IdempotencyKey(key.to_owned());
    IdempotencyKey::read([key.as_bytes()].into_iter()).map_err(|_| invalid())?;
    HeaderValue::from_str(key).map_err(|_| invalid())
}

#[cfg(test)]
mod tests {
    use percent_encoding::percent_decode_str;
    use proptest::prelude::*;

    use super::*;

    fn request(path: &[&str]) -> Draft {
        Request::new(Method::GET, &"https://example.com/api".parse().unwrap(), path)
    }

    #[test]
    fn dot_segments_are_refused() {
        for dots in [".", ".."] {
            assert_eq!(request(&["tags", dots]).err(), Some(InvalidRequest::Path(dots.to_owned())));
        }
        assert_eq!(request(&["tags", "..."]).unwrap().url.path(), "/api/tags/.../");
    }

    proptest! {
        #[test]
        fn every_other_segment_is_escaped(name in prop_oneof!["[./%?#\\\\\t\n a]{1,4}", any::<String>()]) {
            prop_assume!(!matches!(name.as_str(), "." | ".."));
            let url = request(&["tags", &name]).unwrap().url;
            let segment = url.path().strip_prefix("/api/tags/").and_then(|rest| rest.strip_suffix('/')).unwrap();
            prop_assert!(!segment.contains('/'));
            prop_assert_eq!(percent_decode_str(segment).decode_utf8().unwrap(), name);
        }

        #[test]
        fn setting_a_parameter_again_replaces_it(one in any::<String>(), other in any::<String>()) {
            let request = request(&["tags"]).unwrap().parameter("cursor", &one);
            let request = request.parameter("page_size", "7").parameter("cursor", &other);
            let sent: Vec<_> = request.url.query_pairs().into_owned().collect();
            let expected = [("page_size".to_owned(), "7".to_owned()), ("cursor".to_owned(), other)];
            prop_assert_eq!(sent, expected);
        }
    }
}
