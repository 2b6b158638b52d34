//! How the server sends events to webhooks.

use std::time::Duration;

use contact_model::webhooks::BackOff;

/// The number of webhooks that the server sends changes to at once.
pub(crate) const CONCURRENT: usize = 128;

/// How the server sends events to webhooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WebhookOptions {
    /// Whether webhooks may use `http` and addresses of private networks.
    pub allow_private: bool,
    /// How long to wait after failures.
    pub back_off: BackOff,
    /// How often the server looks for changes to send.
    pub poll_interval: Duration,
    /// How long a server may send changes to a webhook before another server may do so. It is longer than a turn of a
    /// webhook and the time limit of a request together.
    pub lease_time: Duration,
    /// The time limit of a request.
    pub request_timeout: Duration,
}

impl Default for WebhookOptions {
    fn default() -> Self {
        Self {
            allow_private: false,
            back_off: BackOff::default(),
            poll_interval: Duration::from_secs(1),
            lease_time: Duration::from_secs(30),
            request_timeout: Duration::from_secs(10),
        }
    }
}
