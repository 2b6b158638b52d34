//! The reasons why a request is refused or fails.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use contact_model::body::BodyError;
use contact_model::matching::Collision;
use contact_model::{Access, ContactId, Violation, Violations};

/// The reason why a request is refused or fails.
#[derive(Debug)]
pub(crate) enum ApiError {
    /// The request breaks a rule of HTTP. The text names the rule.
    MalformedRequest(&'static str),
    Body(BodyError),
    Parameters(Violations),
    /// Reading the list takes longer than the time limit.
    ListTooCostly,
    Unauthorized,
    Forbidden {
        access: Access,
        needed: Access,
    },
    ContactNotFound,
    ContactTaken(ContactId),
    PreconditionFailed,
    CustomFieldNotFound,
    CustomFieldTaken(Violation),
    ContactsCollide(Collision),
    ApiKeyNotFound,
    AgentNotFound,
    AgentInUse,
    NoPhoneNumber,
    UnknownPath,
    MethodNotAllowed,
    RequestTimeout,
    /// Another request with the same idempotency key is still running.
    StillRunning,
    /// The idempotency key was sent with a different request before.
    KeyReused,
    BodyTooLarge {
        limit: usize,
    },
    /// The contacts that a batch changes in one transaction have too many bytes together.
    BatchTooLarge {
        limit: usize,
    },
    /// The response would be too large.
    ResponseTooLarge {
        limit: usize,
    },
    /// The company has stored as many responses to requests with idempotency keys as it may.
    IdempotencyQuota {
        /// The time until some of the quota is available again.
        available_in: Duration,
    },
    UnsupportedMediaType,
    /// An item of a batch because of which the whole batch is refused.
    OfItem {
        index: usize,
        error: Box<ApiError>,
    },
    Internal(Cause),
    ResponseTimeout,
    Uncertain(Cause),
    Overloaded,
    /// Too many response bytes are unread.
    TooManyUnreadBytes,
    /// The server has as many connections as it may have.
    TooManyConnections,
    /// The client's address has as many connections as one address may have.
    TooManyConnectionsOfAddress,
    Unavailable(Cause),
}

/// The underlying error of a failure. It is logged together with the request's id, and is never sent to a client.
pub(crate) type Cause = Arc<dyn Error + Send + Sync>;

impl ApiError {
    /// Returns an internal error with `cause` as its cause.
    pub(crate) fn internal(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Internal(Arc::from(cause.into()))
    }
}
