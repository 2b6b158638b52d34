//! Converts an error to its status and its public text, in this place only. Details of a database error or of a panic
//! are only logged.

mod detail;
mod pending;
mod sources;
mod violations;

pub(crate) use pending::{PROBLEM_JSON, Pending};

use std::collections::BTreeSet;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use contact_model::body::BodyError;
use contact_model::matching::Collision;
use contact_model::{Access, ContactId, ItemProblem, Problem, ProblemType, Violation, Violations};

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
    AnswerTooLarge {
        limit: usize,
    },
    /// The company has stored as many responses to requests with idempotency keys as it may.
    IdempotencyQuota {
        /// How long it takes until some of the quota is free again.
        frees_in: Duration,
    },
    UnsupportedMediaType,
    /// An item of a batch because of which the whole batch is refused.
    OfItem {
        index: usize,
        error: Box<ApiError>,
    },
    Internal(Cause),
    NoAnswerInTime,
    Uncertain(Cause),
    Overloaded,
    /// Too many bytes of responses wait for their clients.
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
    /// Returns an internal error with `what` as its cause.
    pub(crate) fn internal(what: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Internal(Arc::from(what.into()))
    }

    /// Returns the underlying error, for the log.
    pub(crate) fn cause(&self) -> Option<&Cause> {
        match self {
            Self::OfItem { error, .. } => error.cause(),
            Self::Internal(cause) | Self::Uncertain(cause) | Self::Unavailable(cause) => Some(cause),
            _ => None,
        }
    }

    /// Returns how long it takes until the same request may succeed, if that is known.
    fn frees_in(&self) -> Option<Duration> {
        match self {
            Self::OfItem { error, .. } => error.frees_in(),
            Self::IdempotencyQuota { frees_in } => Some(*frees_in),
            _ => None,
        }
    }

    /// Returns the contacts that the text of the error names.
    pub(crate) fn contacts(&self) -> BTreeSet<ContactId> {
        match self {
            Self::ContactTaken(id) => BTreeSet::from([*id]),
            Self::ContactsCollide(collision) => BTreeSet::from([collision.by_phone, collision.by_email]),
            Self::OfItem { error, .. } => error.contacts(),
            _ => BTreeSet::new(),
        }
    }

    /// Returns true if the server failed, so that the request itself is not at fault.
    pub(crate) fn is_failure(&self) -> bool {
        self.kind().status() >= 500
    }

    /// Converts the error to the problem of one item of a batch.
    pub(crate) fn into_item_problem(self) -> ItemProblem {
        ItemProblem::new(self.kind(), self.detail(), self.violations())
    }

    /// Converts the error to the problem of a request. The request's id is added later.
    pub(crate) fn into_problem(self) -> Problem {
        let problem = Problem::new(self.kind(), self.detail(), "");
        Problem { errors: self.violations(), ..problem }
    }

    fn kind(&self) -> ProblemType {
        match self {
            Self::MalformedRequest(_) => ProblemType::MalformedRequest,
            Self::Body(BodyError::Syntax { .. }) => ProblemType::InvalidJson,
            Self::Body(BodyError::NotAnObject(_)) => ProblemType::NotAnObject,
            Self::Body(BodyError::Fields { .. }) => ProblemType::InvalidFields,
            Self::Parameters(_) => ProblemType::InvalidParameter,
            Self::ListTooCostly => ProblemType::ListTooCostly,
            Self::Unauthorized => ProblemType::Unauthorized,
            Self::Forbidden { .. } => ProblemType::Forbidden,
            Self::ContactNotFound => ProblemType::ContactNotFound,
            Self::ContactTaken(_) => ProblemType::ContactTaken,
            Self::PreconditionFailed => ProblemType::PreconditionFailed,
            Self::CustomFieldNotFound => ProblemType::CustomFieldNotFound,
            Self::CustomFieldTaken(_) => ProblemType::CustomFieldTaken,
            Self::ContactsCollide(_) => ProblemType::ContactsCollide,
            Self::ApiKeyNotFound => ProblemType::ApiKeyNotFound,
            Self::AgentNotFound => ProblemType::AgentNotFound,
            Self::AgentInUse => ProblemType::AgentInUse,
            Self::NoPhoneNumber => ProblemType::NoPhoneNumber,
            Self::UnknownPath => ProblemType::UnknownPath,
            Self::MethodNotAllowed => ProblemType::MethodNotAllowed,
            Self::RequestTimeout => ProblemType::RequestTimeout,
            Self::StillRunning => ProblemType::StillRunning,
            Self::KeyReused => ProblemType::KeyReused,
            Self::BodyTooLarge { .. } => ProblemType::BodyTooLarge,
            Self::BatchTooLarge { .. } => ProblemType::BatchTooLarge,
            Self::AnswerTooLarge { .. } => ProblemType::AnswerTooLarge,
            Self::IdempotencyQuota { .. } => ProblemType::IdempotencyQuota,
            Self::UnsupportedMediaType => ProblemType::UnsupportedMediaType,
            Self::OfItem { error, .. } => error.kind(),
            Self::Internal(_) => ProblemType::Internal,
            Self::NoAnswerInTime
            | Self::Uncertain(_)
            | Self::Overloaded
            | Self::TooManyUnreadBytes
            | Self::TooManyConnections
            | Self::TooManyConnectionsOfAddress
            | Self::Unavailable(_) => ProblemType::Unavailable,
        }
    }
}
