//! A client of the server that classifies what happens to its requests.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use reqwest::{Method, StatusCode};
use serde_json::Value;
use tokio::time::sleep;

/// The pause before a request is sent again.
pub(crate) const RETRY_PAUSE: Duration = Duration::from_millis(20);

/// The time within which checks must succeed after a fault.
const CHECK_TIMEOUT: Duration = Duration::from_secs(60);

/// Sends requests with a key of a company.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    url: String,
    key: String,
}

/// What happened to a request.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// The server acknowledged it.
    Done(Acknowledgement),
    /// The server responded that the client should try again.
    Refused,
    /// The connection ended without a response.
    Unanswered,
}

/// The parts of a successful response that the scenarios need.
#[derive(Debug)]
pub(crate) struct Acknowledgement {
    pub(crate) body: Value,
    /// The path of the contact that was created.
    location: Option<String>,
}

impl Acknowledgement {
    /// Returns the id of the contact that was created.
    ///
    /// # Errors
    /// The response does not contain it.
    pub(crate) fn created_contact(&self) -> Result<String> {
        let path = self.location.as_deref().context("the response to a create has a Location")?;
        let id = path.strip_prefix("/contacts/").and_then(|rest| rest.strip_suffix('/'));
        Ok(id.with_context(|| format!("{path} is not the path of a contact"))?.to_owned())
    }
}

impl Client {
    /// Creates a client. Every request must get a response within the time limit.
    pub(crate) fn new(url: &str, key: &str, time_limit: Duration) -> Result<Self> {
        let http = reqwest::Client::builder().no_proxy().timeout(time_limit).build()?;
        Ok(Self { http, url: url.to_owned(), key: key.to_owned() })
    }

    /// Sends a request and returns what happened, and how long it took.
    ///
    /// # Errors
    /// There was no response within the time limit, or an unexpected one.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        idempotency_key: Option<&str>,
    ) -> Result<(Outcome, Duration)> {
        let mut request = self.http.request(method.clone(), format!("{}{path}", self.url));
        request = request.header("Authorization", &self.key);
        if let Some(key) = idempotency_key {
            request = request.header("Idempotency-Key", key);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let begin = Instant::now();
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) if error.is_timeout() => bail!("{method} {path} got no response in time"),
            Err(_) => return Ok((Outcome::Unanswered, begin.elapsed())),
        };
        let status = response.status();
        let retry_after = response.headers().contains_key("retry-after");
        let location = response.headers().get("location");
        let location = location.and_then(|path| path.to_str().ok()).map(str::to_owned);
        let Ok(text) = response.text().await else { return Ok((Outcome::Unanswered, begin.elapsed())) };
        let outcome = match status {
            status if status.is_success() => {
                let body = serde_json::from_str(&text).unwrap_or_default();
                Outcome::Done(Acknowledgement { body, location })
            }
            // 409 means that the first request with the key is still running.
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::INSUFFICIENT_STORAGE | StatusCode::CONFLICT => {
                ensure!(retry_after, "{method} {path}: {status} without Retry-After: {text}");
                Outcome::Refused
            }
            status => bail!("{method} {path}: {status}: {text}"),
        };
        Ok((outcome, begin.elapsed()))
    }

    /// Sends a request that changes nothing until it succeeds, for checks after a fault.
    ///
    /// # Errors
    /// It did not succeed in time.
    pub(crate) async fn get(&self, path: &str) -> Result<Value> {
        let begin = Instant::now();
        while begin.elapsed() < CHECK_TIMEOUT {
            if let (Outcome::Done(done), _) = self.send(Method::GET, path, None, None).await? {
                return Ok(done.body);
            }
            sleep(RETRY_PAUSE).await;
        }
        bail!("GET {path} does not succeed")
    }

    /// Returns all contacts of the company.
    ///
    /// # Errors
    /// They could not be read.
    pub(crate) async fn all_contacts(&self) -> Result<Vec<Value>> {
        let mut contacts = Vec::new();
        let mut next = Some("/contacts/?page_size=100".to_owned());
        while let Some(path) = next {
            let mut page = self.get(&path).await?;
            contacts.append(page["results"].as_array_mut().context("a list has results")?);
            next = page["next"].as_str().map(|next| next.trim_start_matches(&self.url).to_owned());
        }
        Ok(contacts)
    }
}
