//! The request that a call would send.

use bytes::Bytes;
use reqwest::Method;
use reqwest::header::HeaderMap;
use url::Url;

use crate::request::Request;

/// The request that a call would send, without the API key and without the idempotency key that every write gets when
/// it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Preview {
    /// The HTTP method.
    pub method: Method,
    /// Where it goes, with its query.
    pub url: Url,
    /// What the call says in headers.
    pub headers: HeaderMap,
    /// The body; empty where there is none.
    pub body: Bytes,
}

impl From<Request> for Preview {
    fn from(request: Request) -> Self {
        let Request { method, url, headers, body } = request;
        Self { method, url, headers, body }
    }
}
