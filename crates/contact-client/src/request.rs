//! A request before it is sent: all that its attempts have in common.

use bytes::Bytes;
use contact_model::IdempotencyKey;
use contact_model::clock::{Clock as _, SystemClock};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use url::Url;

use crate::InvalidRequest;
use crate::headers::{IDEMPOTENCY_KEY, PREFER};

/// All but what RFC 3986 calls unreserved.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Method, URL, headers and body.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// Makes a request out of what a call says, and remembers the first thing that cannot be sent.
pub(crate) type Draft = Result<Request, InvalidRequest>;

impl Request {
    /// A request to the place below `base` that these names lead to; the path ends in a slash.
    pub(crate) fn new(method: Method, base: &Url, path: &[&str]) -> Draft {
        // A URL takes these two for steps, and in every spelling.
        if let Some(step) = path.iter().find(|name| matches!(**name, "." | "..")) {
            return Err(InvalidRequest::Path((*step).to_owned()));
        }
        // Escaped here: where a URL is made of names, it drops tabs and line breaks.
        let names: Vec<String> =
            path.iter().map(|name| utf8_percent_encode(name, ESCAPED).to_string()).collect();
        let mut url = base.clone();
        url.set_path(&format!("{}/{}/", base.path().trim_end_matches('/'), names.join("/")));
        Ok(Self { method, url, headers: HeaderMap::new(), body: Bytes::new() })
    }

    pub(crate) fn json(self, body: &impl Serialize) -> Draft {
        let json = serde_json::to_vec(body).map_err(|error| InvalidRequest::Body(error.to_string()))?;
        Ok(self.raw_json(json.into()))
    }

    pub(crate) fn raw_json(mut self, json: Bytes) -> Self {
        self.body = json;
        self.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        self
    }

    /// Adds a parameter to the query, or says another value for one that is there.
    pub(crate) fn parameter(mut self, name: &str, value: &str) -> Draft {
        let others: Vec<(String, String)> = self
            .url
            .query_pairs()
            .filter(|(other, _)| other != name)
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        self.url.query_pairs_mut().clear().extend_pairs(others).append_pair(name, value);
        Ok(self)
    }

    /// Adds parameters to the query.
    pub(crate) fn parameters(mut self, pairs: &[(String, String)]) -> Draft {
        if !pairs.is_empty() {
            self.url.query_pairs_mut().extend_pairs(pairs);
        }
        Ok(self)
    }

    pub(crate) fn header(mut self, name: HeaderName, value: HeaderValue) -> Draft {
        self.headers.insert(name, value);
        Ok(self)
    }

    /// Adds a preference, or says another value for one that is there: of two the server would follow the
    /// first. Each is a header of its own, which is one list together.
    pub(crate) fn prefer(mut self, preference: &'static str) -> Draft {
        let name = |value: &[u8]| value.split(|&byte| byte == b'=').next().map(<[u8]>::to_owned);
        let said = self.headers.get_all(PREFER).iter();
        let others = said.filter(|other| name(other.as_bytes()) != name(preference.as_bytes()));
        let others: Vec<HeaderValue> = others.cloned().collect();
        self.headers.remove(PREFER);
        for value in others.into_iter().chain([HeaderValue::from_static(preference)]) {
            self.headers.append(PREFER, value);
        }
        Ok(self)
    }

    /// The request as all of its attempts send it: a write has an idempotency key, its own unless the caller
    /// gave it one.
    pub(crate) fn for_all_attempts(mut self) -> Draft {
        if self.method != Method::GET && !self.headers.contains_key(IDEMPOTENCY_KEY) {
            self.headers.insert(IDEMPOTENCY_KEY, idempotency_key(&SystemClock.new_id().to_string())?);
        }
        Ok(self)
    }

    pub(crate) fn prefers(&self, preference: &str) -> bool {
        self.headers.get_all(PREFER).iter().any(|value| value == preference)
    }
}

/// An idempotency key as its header carries it: one that the server reads.
pub(crate) fn idempotency_key(key: &str) -> Result<HeaderValue, InvalidRequest> {
    let unfit = || InvalidRequest::IdempotencyKey(key.to_owned());
    IdempotencyKey::read([key.as_bytes()].into_iter()).map_err(|_| unfit())?;
    HeaderValue::from_str(key).map_err(|_| unfit())
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
    fn a_step_is_no_name() {
        for step in [".", ".."] {
            assert_eq!(request(&["tags", step]).unwrap_err(), InvalidRequest::Path(step.to_owned()));
        }
        assert_eq!(request(&["tags", "..."]).unwrap().url.path(), "/api/tags/.../");
    }

    proptest! {
        #[test]
        fn every_other_name_stands_in_the_path_as_it_is(name in prop_oneof!["[./%?#\\\\\t\n a]{1,4}", any::<String>()]) {
            prop_assume!(!matches!(name.as_str(), "." | ".."));
            let url = request(&["tags", &name]).unwrap().url;
            let named = url.path().strip_prefix("/api/tags/").and_then(|rest| rest.strip_suffix('/')).unwrap();
            prop_assert!(!named.contains('/'));
            prop_assert_eq!(percent_decode_str(named).decode_utf8().unwrap(), name);
        }

        #[test]
        fn a_parameter_is_said_once(one in any::<String>(), other in any::<String>()) {
            let request = request(&["tags"]).and_then(|request| request.parameter("cursor", &one));
            let request = request.and_then(|request| request.parameter("page_size", "7"));
            let request = request.and_then(|request| request.parameter("cursor", &other)).unwrap();
            let said: Vec<_> = request.url.query_pairs().into_owned().collect();
            let expected = [("page_size".to_owned(), "7".to_owned()), ("cursor".to_owned(), other)];
            prop_assert_eq!(said, expected);
        }
    }
}
