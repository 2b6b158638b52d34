//! Sending a request again.

use std::fmt;
use std::time::{Duration, Instant};

use backon::{ExponentialBuilder, Retryable as _};
use futures::FutureExt as _;

use crate::Error;
use crate::received::Received;

/// How long and how often.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    /// How long one attempt may take.
    pub(crate) timeout: Duration,
    /// How long all attempts together may take, with the pauses between them.
    pub(crate) total_timeout: Duration,
    /// How many attempts there may be after the first.
    pub(crate) retries: usize,
    /// The first pause; each is twice the one before, and chance adds up to as much again.
    pub(crate) first_pause: Duration,
}

/// A pause does not grow beyond this, unless the server asks for it.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// An attempt that would have less time than this is not begun: it would hardly be answered, and that it was
/// not would hide what the server has said before.
const SHORTEST_ATTEMPT: Duration = Duration::from_millis(250);

/// Why an attempt failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The server is not available at present.
    NotNow(Box<Received>),
    /// The connection could not be made, or broke.
    Connection(reqwest::Error),
    /// Another attempt would end the same.
    Final(Error),
}

impl Failure {
    /// What an attempt with this time limit failed with.
    pub(crate) fn of(error: reqwest::Error, timeout: Duration) -> Self {
        // What was asked may be in the URL, and is not for logs.
        let error = error.without_url();
        if error.is_builder() {
            Self::Final(Error::Transport(error))
        } else if error.is_timeout() && !error.is_connect() {
            Self::Final(Error::Timeout { after: timeout })
        } else {
            Self::Connection(error)
        }
    }

    fn asks_to_wait(&self) -> Duration {
        match self {
            Self::NotNow(received) => received.retry_after().unwrap_or_default(),
            _ => Duration::ZERO,
        }
    }
}

/// In a few words, and without what anyone sent.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotNow(received) => write!(f, "the server answered {}", received.status),
            Self::Connection(error) => write!(f, "the connection failed: {error}"),
            Self::Final(error) => error.fmt(f),
        }
    }
}

/// Attempts until there is an answer, another attempt is of no use, or the limits are reached. `attempt`
/// takes how long it may take.
///
/// # Errors
/// What the last attempt failed with. An answer that the server cannot answer at present is an answer.
pub(crate) async fn until_answered<F>(
    limits: &Limits,
    attempt: impl Fn(Duration) -> F,
) -> Result<Received, Error>
where
    F: Future<Output = Result<Received, Failure>>,
{
    let started = Instant::now();
    let left = || limits.total_timeout.saturating_sub(started.elapsed());
    let pauses = ExponentialBuilder::new()
        .with_min_delay(limits.first_pause)
        .with_max_delay(LONGEST_PAUSE)
        .with_max_times(limits.retries)
        .with_jitter();
    let attempts = || {
        attempt(limits.timeout.min(left())).map(|received| match received {
            Ok(received) if received.is_passing() => Err(Failure::NotNow(Box::new(received))),
            received => received,
        })
    };
    let outcome = attempts
        .retry(pauses)
        .when(|failure| !matches!(failure, Failure::Final(_)))
        // Never sooner than the server asks; and since it asks the same of everyone, the pause comes on top, so
        // that not all come back at once. Where the time does not suffice, waiting is of no use.
        .adjust(|failure, pause| {
            let pause = pause.map(|pause| failure.asks_to_wait().saturating_add(pause));
            let attempt = SHORTEST_ATTEMPT.min(limits.timeout);
            pause.filter(|pause| pause.saturating_add(attempt) <= left())
        })
        .notify(|failure, pause| tracing::debug!(%failure, ?pause, "the request is sent again"))
        .await;
    match outcome {
        Ok(received) => Ok(received),
        Err(Failure::NotNow(received)) => Ok(*received),
        Err(Failure::Connection(error)) => Err(Error::Transport(error)),
        Err(Failure::Final(error)) => Err(error),
    }
}
