//! Sends one event to a webhook.

use std::time::{Duration, Instant};

use contact_model::webhooks::address::check_url;
use contact_model::webhooks::{AttemptResult, WebhookAttempt, WebhookOutcome, WebhookSecret};
use contact_model::{CompanyId, Timestamp};
use contact_store::company::WebhookTarget;
use contact_store::{Store, StoreError};
use reqwest::header::CONTENT_TYPE;
use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use tokio::sync::OnceCell;

use super::WebhookOptions;
use super::resolver::PublicResolver;
use super::response::{describe_failure, describe_status, read_beginning, retry_after};
use crate::error::{ApiError, Result};
use crate::shared_cipher::SharedCipher;

/// The name of the secret with which the secrets of webhooks are encrypted.
const SECRET: &str = "webhooks";
/// How long an unused connection to a receiver is kept.
const IDLE_TIMEOUT: Duration = Duration::from_secs(5);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const USER_AGENT: &str = concat!("contacts-webhooks/", env!("CARGO_PKG_VERSION"));

/// Sends events to webhooks.
pub(crate) struct WebhookSender {
    pub(crate) options: WebhookOptions,
    secrets: SharedCipher,
    client: OnceCell<Client>,
}

/// An event to send.
pub(crate) struct OutgoingEvent<'a> {
    pub(crate) url: &'a str,
    /// The secrets with which the event is signed.
    pub(crate) secrets: &'a [WebhookSecret],
    /// The id of the event.
    pub(crate) id: &'a str,
    /// When the request is sent.
    pub(crate) at: Timestamp,
    pub(crate) body: Vec<u8>,
}

/// The result of sending an event.
pub(crate) struct Sent {
    pub(crate) result: AttemptResult,
    at: Timestamp,
    status: Option<u16>,
    pub(crate) error: Option<String>,
    duration: Duration,
}

impl WebhookSender {
    pub(crate) fn new(store: Store, options: WebhookOptions) -> Self {
        Self { options, secrets: SharedCipher::new(store, SECRET), client: OnceCell::new() }
    }

    /// Returns the URL of a webhook if this server may send events to it.
    ///
    /// # Errors
    /// Returns what is wrong with the URL, as the end of a sentence that begins with "The URL".
    pub(crate) fn check_url(&self, url: &str) -> Result<Url, &'static str> {
        check_url(url, self.options.allow_private)
    }

    /// Encrypts the secret of a company's webhook.
    pub(crate) async fn encrypt(&self, company: CompanyId, secret: &WebhookSecret) -> Result<Vec<u8>> {
        let encrypted = self.secrets.get().await?.encrypt(company.0.as_bytes(), secret.as_bytes());
        encrypted.map_err(ApiError::internal)
    }

    /// Returns the secrets with which the events of a webhook are signed at a time.
    ///
    /// # Errors
    /// The key of the cipher cannot be read. A secret that cannot be decrypted is left out.
    pub(crate) async fn secrets_of(
        &self,
        target: &WebhookTarget,
        now: Timestamp,
    ) -> Result<Vec<WebhookSecret>, StoreError> {
        let cipher = self.secrets.get().await?;
        let previous = target.previous_secret.iter().filter(|(_, until)| now < *until);
        let encrypted = [&target.secret].into_iter().chain(previous.map(|(secret, _)| secret));
        let decrypt = |secret: &Vec<u8>| {
            let bytes = cipher.decrypt(target.company_id.0.as_bytes(), secret)?;
            bytes.try_into().ok().map(WebhookSecret::from_random)
        };
        Ok(encrypted.filter_map(decrypt).collect())
    }

    /// Sends an event.
    pub(crate) async fn send(&self, event: OutgoingEvent<'_>) -> Sent {
        let (at, start) = (event.at, Instant::now());
        let outcome = self.request(event).await;
        let duration = start.elapsed();
        match outcome {
            Ok((result, status, body)) => {
                let error = (result != AttemptResult::Accepted).then(|| describe_status(status, &body));
                Sent { result, at, status: Some(status), error, duration }
            }
            Err(error) => {
                let result = AttemptResult::Failed { retry_after: None };
                Sent { result, at, status: None, error: Some(error), duration }
            }
        }
    }

    /// Returns the result, the status and the beginning of the response.
    async fn request(&self, event: OutgoingEvent<'_>) -> Result<(AttemptResult, u16, String), String> {
        let OutgoingEvent { url, secrets, id, at, body } = event;
        if secrets.is_empty() {
            return Err("the secret of the webhook cannot be decrypted".to_owned());
        }
        let url = self.check_url(url).map_err(|problem| format!("the URL {problem}"))?;
        let timestamp = at.as_datetime().timestamp();
        let signatures: Vec<String> =
            secrets.iter().map(|secret| secret.sign(id, timestamp, &body)).collect();
        let client = self.client.get_or_try_init(async || client(&self.options)).await;
        let request = client
            .map_err(describe_failure)?
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", timestamp)
            .header("webhook-signature", signatures.join(" "))
            .body(body);
        let response = request.send().await.map_err(describe_failure)?;
        let status = response.status().as_u16();
        let result = AttemptResult::of_status(status, retry_after(response.headers(), at));
        Ok((result, status, read_beginning(response).await))
    }
}

impl Sent {
    /// Returns the attempt. `sequence` is the number of the change.
    pub(crate) fn attempt(&self, sequence: Option<i64>, outcome: WebhookOutcome) -> WebhookAttempt {
        WebhookAttempt {
            at: self.at,
            sequence,
            outcome,
            status: self.status,
            error: self.error.clone(),
            duration_ms: u32::try_from(self.duration.as_millis()).unwrap_or(u32::MAX),
        }
    }
}

/// Creates the HTTP client. It follows no redirects and uses no proxy, because either could lead to an address that was
/// not checked.
fn client(options: &WebhookOptions) -> Result<Client, reqwest::Error> {
    let client = Client::builder()
        .user_agent(USER_AGENT)
        .redirect(Policy::none())
        .no_proxy()
        .referer(false)
        .timeout(options.request_timeout)
        .connect_timeout(CONNECT_TIMEOUT)
        .pool_max_idle_per_host(1)
        .pool_idle_timeout(IDLE_TIMEOUT);
    if options.allow_private { client.build() } else { client.dns_resolver(PublicResolver).build() }
}
