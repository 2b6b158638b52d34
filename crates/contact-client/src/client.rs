//! The client.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::header::{AUTHORIZATION, HeaderValue, USER_AGENT};
use reqwest::{Method, Response};
use url::Url;

use crate::Error;
use crate::received::Received;
use crate::request::{Draft, Request};
use crate::retry::{self, Failure, Limits};

/// Bytes that are read of a response that reports an error: more than the longest problem document.
const MAX_ERROR: usize = 4 * 1024 * 1024;

/// A client of the API, for one company's key. It is cheap to clone, and its clones share connections.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) base_url: Url,
    /// Marked as sensitive: it shows itself nowhere.
    pub(crate) api_key: HeaderValue,
    pub(crate) user_agent: Option<HeaderValue>,
    pub(crate) max_response_bytes: usize,
    pub(crate) limits: Limits,
    pub(crate) http: reqwest::Client,
}

impl Client {
    pub(crate) fn of(inner: Inner) -> Self {
        Self { inner: Arc::new(inner) }
    }

    /// A request to the path that these names make, each as it is: `["contacts", id, "tags", tag]`.
    pub(crate) fn request(&self, method: Method, path: &[&str]) -> Draft {
        Request::new(method, &self.inner.base_url, path)
    }

    /// Sends a request until it is answered, or the limits are reached.
    pub(crate) async fn send(&self, request: Request) -> Result<Received, Error> {
        retry::until_answered(&self.inner.limits, |timeout| self.clone().attempt(request.clone(), timeout))
            .await
    }

    async fn attempt(self, request: Request, timeout: Duration) -> Result<Received, Failure> {
        let Inner { http, api_key, user_agent, max_response_bytes, .. } = &*self.inner;
        let Request { method, url, headers, body } = request;
        let attempt = http.request(method, url).timeout(timeout).headers(headers).body(body);
        let attempt = attempt.header(AUTHORIZATION, api_key);
        let attempt = match user_agent {
            Some(name) => attempt.header(USER_AGENT, name),
            None => attempt,
        };
        let failed = |error| Failure::of(error, timeout);
        let response = attempt.send().await.map_err(failed)?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = if status.is_success() {
            let limit = *max_response_bytes;
            let body = read(response, limit).await.map_err(failed)?;
            body.ok_or(Failure::Final(Error::TooLarge { limit }))?
        } else {
            // One that is longer is no problem document; its status is what counts.
            read(response, MAX_ERROR.min(*max_response_bytes)).await.map_err(failed)?.unwrap_or_default()
        };
        Ok(Received { status, headers, body })
    }
}

/// Reads a body to its end. Returns `None` if it is longer than the limit; the connection is closed then.
async fn read(mut response: Response, limit: usize) -> Result<Option<Bytes>, reqwest::Error> {
    if response.content_length().is_some_and(|length| length > limit as u64) {
        return Ok(None);
    }
    // Most bodies are one chunk, which is not copied.
    let mut body = response.chunk().await?.unwrap_or_default();
    while body.len() <= limit {
        let Some(chunk) = response.chunk().await? else { return Ok(Some(body)) };
        let mut longer = BytesMut::from(body);
        longer.extend_from_slice(&chunk);
        body = longer.freeze();
    }
    Ok(None)
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.inner.base_url.as_str())
            .field("api_key", &self.inner.api_key)
            .field("limits", &self.inner.limits)
            .finish_non_exhaustive()
    }
}
