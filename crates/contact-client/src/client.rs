//! The client, and one attempt of a request.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use contact_model::OperationId;
use reqwest::Method;
use reqwest::header::{AUTHORIZATION, HeaderValue, USER_AGENT};
use url::Url;

use crate::Error;
use crate::headers::OPERATION_ID;
use crate::raw_response::RawResponse;
use crate::request::{Draft, Request};
use crate::retry::{self, Failure, Limits};

/// The most bytes that are read of a response that reports an error. No problem document is longer.
const MAX_ERROR: usize = 4 * 1024 * 1024;

/// A client for one API key. Clones are cheap and share their connections.
///
/// It has a method for each operation of the API, which returns a [`Call`](crate::Call).
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

#[derive(Clone)]
pub(crate) struct Inner {
    pub(crate) base_url: Url,
    /// Marked as sensitive, so that its `Debug` does not contain it.
    pub(crate) api_key: HeaderValue,
    pub(crate) user_agent: Option<HeaderValue>,
    /// The id of the operation that all writes are part of.
    pub(crate) operation_id: Option<HeaderValue>,
    pub(crate) max_response_bytes: usize,
    pub(crate) limits: Limits,
    pub(crate) http: reqwest::Client,
}

impl Client {
    pub(crate) fn new(inner: Inner) -> Self {
        Self { inner: Arc::new(inner) }
    }

    /// Returns a client whose writes have this id in the log of changes, so that they can be
    /// [undone together](Client::revert_changes). It shares the connections of this client.
    ///
    /// ```
    /// # use contact_client::Client;
    /// # use contact_client::model::RevertChanges;
    /// # async fn clean_up(client: Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let cleaning = client.with_operation_id("spring-cleaning-2026".parse()?);
    /// cleaning.rename_tag("old", "archive").await?;
    /// cleaning.rename_tag("older", "archive").await?;
    ///
    /// let operation_id = Some("spring-cleaning-2026".to_owned());
    /// client.revert_changes(RevertChanges { operation_id, ..RevertChanges::default() }).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_operation_id(&self, id: OperationId) -> Self {
        // The id is visible ASCII, so it can always be a header.
        let operation_id = HeaderValue::from_str(id.as_str()).ok();
        Self::new(Inner { operation_id, ..(*self.inner).clone() })
    }

    /// Creates a request without a body. The path consists of these segments, unescaped: `["contacts", id, "tags", tag]`.
    pub(crate) fn draft(&self, method: Method, path: &[&str]) -> Draft {
        let writes = method != Method::GET;
        let request = Request::new(method, &self.inner.base_url, path)?;
        Ok(match &self.inner.operation_id {
            Some(id) if writes => request.header(OPERATION_ID, id.clone()),
            _ => request,
        })
    }

    /// Sends a request until there is a response or the limits are reached.
    pub(crate) async fn send(&self, request: Request) -> Result<RawResponse, Error> {
        let limits = &self.inner.limits;
        let max_retries = if request.is_repeatable() { limits.max_retries } else { 0 };
        retry::until_response(limits, max_retries, |timeout| self.clone().attempt(request.clone(), timeout))
            .await
    }

    /// Returns the longest time of one attempt.
    pub(crate) fn attempt_timeout(&self) -> Duration {
        self.inner.limits.timeout
    }

    async fn attempt(self, request: Request, timeout: Duration) -> Result<RawResponse, Failure> {
        let Inner { http, api_key, user_agent, max_response_bytes, .. } = &*self.inner;
        let Request { method, url, headers, body, .. } = request;
        let attempt = http.request(method, url).timeout(timeout).headers(headers).body(body);
        let attempt = attempt.header(AUTHORIZATION, api_key);
        let attempt = match user_agent {
            Some(name) => attempt.header(USER_AGENT, name),
            None => attempt,
        };
        let failed = |error| Failure::new(error, timeout);
        let response = attempt.send().await.map_err(failed)?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = if status.is_success() {
            let limit = *max_response_bytes;
            let body = read(response, limit).await.map_err(failed)?;
            body.ok_or(Failure::Final(Error::TooLarge { limit }))?
        } else {
            // A longer body is not a problem document, so it is discarded and only the status counts.
            read(response, MAX_ERROR.min(*max_response_bytes)).await.map_err(failed)?.unwrap_or_default()
        };
        Ok(RawResponse { status, headers, body })
    }
}

/// Reads a body to its end. If it is longer than `limit` bytes, returns `None` and closes the connection.
async fn read(mut response: reqwest::Response, limit: usize) -> Result<Option<Bytes>, reqwest::Error> {
    if response.content_length().is_some_and(|length| length > limit as u64) {
        return Ok(None);
    }
    // Most bodies are a single chunk, which is not copied.
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
