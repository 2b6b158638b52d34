//! What can go wrong with a call.

use std::fmt;
use std::time::Duration;

use contact_model::{Problem, ProblemType};

/// Why a call has no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The server refused the request or failed, and says why in a problem document: its status, the bad
    /// fields and the request's id among it.
    #[error("{problem}", problem = Shown(.problem))]
    Problem {
        /// What the server says.
        problem: Box<Problem>,
        /// How long it asks to wait before the next attempt.
        retry_after: Option<Duration>,
    },
    /// The connection could not be made, or broke before the answer was complete. Whether a write was done
    /// is not known: sent again with the same idempotency key, it is done once.
    #[error("the connection to the server failed")]
    Transport(#[source] reqwest::Error),
    /// There was no complete answer in time. Whether a write was done is not known, as above.
    #[error("the server did not answer within {} seconds", .after.as_secs_f32())]
    Timeout {
        /// How long the last attempt was waited for.
        after: Duration,
    },
    /// The response is longer than [`ClientBuilder::max_response_bytes`](crate::ClientBuilder::max_response_bytes); the
    /// rest of it was not read. A write was done.
    #[error("the response is longer than {limit} bytes, the most that this client reads")]
    TooLarge {
        /// The most that is read, in bytes.
        limit: usize,
    },
    /// The answer is none that the API gives.
    #[error("{0}")]
    Unexpected(Box<UnexpectedAnswer>),
    /// The request cannot be sent as it is; nothing was.
    #[error("the request cannot be sent")]
    Request(#[source] InvalidRequest),
    /// The runtime behind `wait` could not be started.
    #[cfg(feature = "blocking")]
    #[error("no runtime could be started")]
    Runtime(#[source] std::io::Error),
}

/// An answer that is none that the API gives, such as a proxy's page: what came. Its `Debug` says only how
/// long the body is: a new API key may be in it, or someone's data, and neither is for logs.
#[non_exhaustive]
pub struct UnexpectedAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The media type.
    pub content_type: Option<String>,
    /// The request's id, where the answer has one.
    pub request_id: Option<String>,
    /// How long the server asks to wait before the next attempt.
    pub retry_after: Option<Duration>,
    /// The body, as text.
    pub body: String,
    /// What is wrong with it.
    pub reason: String,
}

/// Why a request cannot be sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidRequest {
    /// A name that no URL can carry in its path: `.` and `..` mean other places.
    #[error("`{0}` cannot stand in the path of a URL")]
    Path(String),
    /// An idempotency key that the server does not take.
    #[error("`{0}` is no idempotency key: use 1 to 255 visible ASCII characters, such as a UUID")]
    IdempotencyKey(String),
    /// The state of the contact that is meant has no name.
    #[error("there is no entity tag to hold the contact against")]
    NoETag,
    /// A value that is no JSON.
    #[error("the body cannot be written as JSON: {0}")]
    Body(String),
}

/// A problem in one line: the kind, what is wrong this time, and each bad field.
struct Shown<'p>(&'p Problem);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Problem { title, status, detail, errors, .. } = self.0;
        write!(f, "{title} ({status}): {detail}")?;
        errors.iter().try_for_each(|bad| write!(f, " {}: {}", bad.pointer, bad.detail))
    }
}

impl fmt::Display for UnexpectedAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the server answered what the API does not know ({}): {}", self.status, self.reason)
    }
}

impl fmt::Debug for UnexpectedAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { status, content_type, request_id, retry_after, body, reason } = self;
        f.debug_struct("UnexpectedAnswer")
            .field("status", status)
            .field("content_type", content_type)
            .field("request_id", request_id)
            .field("retry_after", retry_after)
            .field("body", &format_args!("{} bytes", body.len()))
            .field("reason", reason)
            .finish()
    }
}

impl std::error::Error for UnexpectedAnswer {}

impl Error {
    /// What the server says, where it says it in a problem document.
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Problem { problem, .. } => Some(problem),
            _ => None,
        }
    }

    /// The kind of problem, where it is one that this version knows.
    pub fn problem_type(&self) -> Option<ProblemType> {
        self.problem()?.problem_type()
    }

    /// The HTTP status, where there was an answer.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Problem { problem, .. } => Some(problem.status),
            Self::Unexpected(answer) => Some(answer.status),
            _ => None,
        }
    }

    /// The request's id, to be quoted when asking for help.
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Problem { problem, .. } => Some(&problem.request_id),
            Self::Unexpected(answer) => answer.request_id.as_deref(),
            _ => None,
        }
    }

    /// How long the server asks to wait before the next attempt.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Problem { retry_after, .. } => *retry_after,
            Self::Unexpected(answer) => answer.retry_after,
            _ => None,
        }
    }
}
