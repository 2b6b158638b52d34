//! Retries with exponential backoff.

use std::fmt;
use std::time::{Duration, Instant};

use backon::{ExponentialBuilder, Retryable as _};
use futures::FutureExt as _;

use crate::Error;
use crate::raw_response::RawResponse;

/// The limits of a call.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    /// The longest time of one attempt.
    pub(crate) timeout: Duration,
    /// The longest time of all attempts and the pauses between them.
    pub(crate) total_timeout: Duration,
    /// The number of attempts after the first.
    pub(crate) max_retries: usize,
    /// The first pause. Each further pause doubles, and jitter adds up to as much again.
    pub(crate) initial_backoff: Duration,
}

/// The longest pause without jitter and without `Retry-After`.
const MAX_BACKOFF: Duration = Duration::from_secs(10);

/// An attempt is not started if it would have less time than this: it would probably time out, and the timeout would hide
/// the server's last response.
const SHORTEST_ATTEMPT: Duration = Duration::from_millis(250);

/// Why an attempt failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The server asks the client to try again later.
    Transient(Box<RawResponse>),
    /// The connection could not be opened, or was lost.
    Connection(reqwest::Error),
    /// A failure that is not retried.
    Final(Error),
}

impl Failure {
    /// Classifies the error of an attempt with this time limit.
    pub(crate) fn new(error: reqwest::Error, timeout: Duration) -> Self {
        // The URL may contain personal data, which must not reach logs.
        let error = error.without_url();
        if error.is_builder() {
            Self::Final(Error::Transport(error))
        } else if error.is_timeout() && !error.is_connect() {
            Self::Final(Error::Timeout { after: timeout })
        } else {
            Self::Connection(error)
        }
    }

    fn retry_after(&self) -> Duration {
        match self {
            Self::Transient(response) => response.retry_after().unwrap_or_default(),
            _ => Duration::ZERO,
        }
    }
}

/// Contains nothing that the caller sent.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transient(response) => write!(f, "the server responded with status {}", response.status),
            Self::Connection(error) => write!(f, "the connection failed: {error}"),
            Self::Final(error) => error.fmt(f),
        }
    }
}

/// Calls `attempt` until it returns a response that need not be retried, or the limits are reached. The argument of
/// `attempt` is its time limit.
///
/// # Errors
/// Returns the error of the last attempt. If the last attempt has a response, that is returned, even if the server asks
/// the client to try again.
pub(crate) async fn until_response<F>(
    limits: &Limits,
    max_retries: usize,
    attempt: impl Fn(Duration) -> F,
) -> Result<RawResponse, Error>
where
    F: Future<Output = Result<RawResponse, Failure>>,
{
    let started = Instant::now();
    let left = || limits.total_timeout.saturating_sub(started.elapsed());
    let backoff = ExponentialBuilder::new()
        .with_min_delay(limits.initial_backoff)
        .with_max_delay(MAX_BACKOFF)
        .with_max_times(max_retries)
        .with_jitter();
    let attempts = || {
        attempt(limits.timeout.min(left())).map(|result| match result {
            Ok(response) if response.is_transient_failure() => Err(Failure::Transient(Box::new(response))),
            result => result,
        })
    };
    let outcome = attempts
        .retry(backoff)
        .when(|failure| !matches!(failure, Failure::Final(_)))
        // The pause is added to `Retry-After`: the server sends the same value to all clients, and they must not all
        // return at the same time. If the remaining time is too short, the call fails at once.
        .adjust(|failure, pause| {
            let pause = pause.map(|pause| failure.retry_after().saturating_add(pause));
            let attempt = SHORTEST_ATTEMPT.min(limits.timeout);
            pause.filter(|pause| pause.saturating_add(attempt) <= left())
        })
        .notify(|failure, pause| tracing::debug!(%failure, ?pause, "retrying the request"))
        .await;
    match outcome {
        Ok(response) => Ok(response),
        Err(Failure::Transient(response)) => Ok(*response),
        Err(Failure::Connection(error)) => Err(Error::Transport(error)),
        Err(Failure::Final(error)) => Err(error),
    }
}
