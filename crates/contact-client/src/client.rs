//! The client.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Method;
use reqwest::header::{AUTHORIZATION, HeaderValue, USER_AGENT};
use url::Url;

use crate::call::Call;
use crate::operation::Operation;
use crate::received::Received;
use crate::request::{Draft, Request};
use crate::retry::{self, Failure, Limits};
use crate::{ClientBuilder, Error};

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
    pub(crate) limits: Limits,
    pub(crate) http: reqwest::Client,
}

impl Client {
    /// Makes a client for the API at a URL, such as `https://contacts.example.com`.
    pub fn builder(base_url: impl Into<String>, api_key: impl Into<String>) -> ClientBuilder {
        ClientBuilder::new(base_url.into(), api_key.into())
    }

    pub(crate) fn of(inner: Inner) -> Self {
        Self { inner: Arc::new(inner) }
    }

    /// A request to the path that these names make, each as it is: `["contacts", id, "tags", tag]`.
    pub(crate) fn request(&self, method: Method, path: &[&str]) -> Draft {
        Request::new(method, &self.inner.base_url, path)
    }

    pub(crate) fn call<O: Operation>(&self, draft: Draft) -> Call<O> {
        Call::new(self, draft)
    }

    /// Sends a request until it is answered, or the limits are reached.
    pub(crate) async fn send(&self, request: Request) -> Result<Received, Error> {
        retry::until_answered(&self.inner.limits, |timeout| self.clone().attempt(request.clone(), timeout))
            .await
    }

    async fn attempt(self, request: Request, timeout: Duration) -> Result<Received, Failure> {
        let Inner { http, api_key, user_agent, .. } = &*self.inner;
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
        let body = response.bytes().await.map_err(failed)?;
        Ok(Received { status, headers, body })
    }
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
