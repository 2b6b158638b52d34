//! The errors of calls.

use std::fmt;
use std::time::Duration;

use contact_model::{Problem, ProblemType};

/// The error of a call.
///
/// ```
/// # use contact_client::model::ContactId;
/// # use contact_client::{Client, ProblemType};
/// # use contact_testing::{Backend, TestServer};
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let server = TestServer::start(Backend::Sqlite).await;
/// # let client = Client::builder(&server.url, server.company().await.key).build()?;
/// # let id: ContactId = "018bab2f-5d60-7c31-9a55-8dd25736052a".parse()?;
/// match client.get_contact(id).await {
///     Ok(response) => println!("{:?}", response.body().contact.name),
///     Err(error) if error.is_not_found() => println!("there is no such contact"),
///     Err(error) => return Err(error.into()),
/// }
/// # assert_eq!(client.get_contact(id).await.unwrap_err().problem_type(), Some(ProblemType::ContactNotFound));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The server refused the request or failed, and returned a problem document (RFC 9457).
    #[error("{problem}", problem = DisplayProblem(.problem))]
    Problem {
        /// The problem document: its type, the status, the invalid fields and the id of the request.
        problem: Box<Problem>,
        /// How long the server asks the client to wait before the next attempt.
        retry_after: Option<Duration>,
    },
    /// The connection could not be opened, or was lost before the response was complete, in every attempt.
    ///
    /// The write may have been done. If the same call is sent again with the same
    /// [idempotency key](crate::Call::idempotency_key), it is done only once.
    #[error("the connection to the server failed")]
    Transport(#[source] reqwest::Error),
    /// There was no complete response in time. As with [`Error::Transport`], the write may have been done.
    #[error("the server did not respond within {} seconds", .after.as_secs_f32())]
    Timeout {
        /// The time limit of the last attempt.
        after: Duration,
    },
    /// The response is longer than [`ClientBuilder::max_response_bytes`](crate::ClientBuilder::max_response_bytes), and
    /// was not read to its end. If the call is a write, it was done.
    #[error("the response is longer than {limit} bytes, the limit of this client")]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// The response is not one that the API returns, such as the error page of a proxy.
    #[error("{0}")]
    Unexpected(Box<UnexpectedResponse>),
    /// The request is invalid, and was not sent.
    #[error("the request cannot be sent")]
    Request(#[source] InvalidRequest),
    /// The runtime for blocking calls could not be started. Requires the feature `blocking`.
    #[cfg(feature = "blocking")]
    #[error("the runtime for blocking calls could not be started")]
    Runtime(#[source] std::io::Error),
}

/// A response that the API does not return, such as the error page of a proxy.
///
/// Its `Debug` contains the length of the body instead of the body, which may contain an API key or personal data.
#[non_exhaustive]
pub struct UnexpectedResponse {
    /// The HTTP status.
    pub status: u16,
    /// The header `Content-Type`.
    pub content_type: Option<String>,
    /// The id of the request, from the header `X-Request-Id`.
    pub request_id: Option<String>,
    /// How long the server asks the client to wait before the next attempt.
    pub retry_after: Option<Duration>,
    /// The body as text. Bytes that are not UTF-8 are replaced by U+FFFD.
    pub body: String,
    /// What is wrong with the response.
    pub reason: String,
}

/// The reason why a request cannot be sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidRequest {
    /// A name is `.` or `..`, which a URL cannot have as a part of its path.
    #[error("`{0}` cannot be a part of a URL's path")]
    Path(String),
    /// An idempotency key that the server does not accept.
    #[error("`{0}` is not an idempotency key: use 1 to 255 visible ASCII characters, such as a UUID")]
    IdempotencyKey(String),
    /// A condition on the state of a contact has no entity tag.
    #[error("the condition has no entity tag")]
    MissingETag,
    /// The body cannot be serialized as JSON.
    #[error("the body cannot be serialized as JSON: {0}")]
    Body(String),
}

/// Displays a problem on one line: the title, the status, the detail and each invalid field.
struct DisplayProblem<'p>(&'p Problem);

impl fmt::Display for DisplayProblem<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Problem { title, status, detail, errors, .. } = self.0;
        write!(f, "{title} ({status}): {detail}")?;
        errors.iter().try_for_each(|bad| write!(f, " {}: {}", bad.pointer, bad.detail))
    }
}

impl fmt::Display for UnexpectedResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the response is not one of the API ({}): {}", self.status, self.reason)
    }
}

impl fmt::Debug for UnexpectedResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { status, content_type, request_id, retry_after, body, reason } = self;
        f.debug_struct("UnexpectedResponse")
            .field("status", status)
            .field("content_type", content_type)
            .field("request_id", request_id)
            .field("retry_after", retry_after)
            .field("body", &format_args!("{} bytes", body.len()))
            .field("reason", reason)
            .finish()
    }
}

impl std::error::Error for UnexpectedResponse {}

impl Error {
    /// Returns the problem document, if the server returned one.
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Problem { problem, .. } => Some(problem),
            _ => None,
        }
    }

    /// Returns the type of the problem, if the server returned one that this version knows.
    pub fn problem_type(&self) -> Option<ProblemType> {
        self.problem()?.problem_type()
    }

    /// Returns the HTTP status, if there was a response.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Problem { problem, .. } => Some(problem.status),
            Self::Unexpected(response) => Some(response.status),
            _ => None,
        }
    }

    /// Returns true for status 404: the object does not exist, or the server does not have the operation.
    /// [`Error::problem_type`] distinguishes the two.
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(404)
    }

    /// Returns true for status 412: the contact has changed since the state of
    /// [`Call::if_match`](crate::Call::if_match).
    pub fn is_precondition_failed(&self) -> bool {
        self.status() == Some(412)
    }

    /// Returns true if there was no complete response in time.
    pub fn is_timeout(&self) -> bool {
        matches!(self, Self::Timeout { .. })
    }

    /// Returns the id of the request, if there was a response with one. The server's logs contain it.
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Problem { problem, .. } => Some(&problem.request_id),
            Self::Unexpected(response) => response.request_id.as_deref(),
            _ => None,
        }
    }

    /// Returns how long the server asks the client to wait before the next attempt, from the header `Retry-After`.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Problem { retry_after, .. } => *retry_after,
            Self::Unexpected(response) => response.retry_after,
            _ => None,
        }
    }
}
