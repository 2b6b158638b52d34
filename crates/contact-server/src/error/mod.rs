//! The one place from an error to its status and public text. What a database or a panic said goes
//! to the log alone.

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

/// Why a request is not answered as it wished.
#[derive(Debug)]
pub(crate) enum ApiError {
    /// The request breaks a rule of HTTP itself; the text names which one.
    MalformedRequest(&'static str),
    Body(BodyError),
    Parameters(Violations),
    /// The list takes longer than it may.
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
    /// Another request with the idempotency key is under way.
    StillRunning,
    /// The idempotency key came with another request before.
    KeyReused,
    BodyTooLarge {
        limit: usize,
    },
    /// The contacts that a batch changes in one transaction are too large together.
    BatchTooLarge {
        limit: usize,
    },
    /// What was asked for would be answered with too much.
    AnswerTooLarge {
        limit: usize,
    },
    /// The company has stored as many responses to requests with idempotency keys as it may.
    IdempotencyQuota {
        /// When some of its quota is free again.
        frees_in: Duration,
    },
    UnsupportedMediaType,
    /// An item of a batch, for which the whole of it is refused.
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

/// What lies behind a failure. It goes to the log, where the request's id is known, and to no one else.
pub(crate) type Cause = Arc<dyn Error + Send + Sync>;

impl ApiError {
    /// The server made a mistake, as `what` tells.
    pub(crate) fn internal(what: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Internal(Arc::from(what.into()))
    }

    /// What lies behind it, for the log.
    pub(crate) fn cause(&self) -> Option<&Cause> {
        match self {
            Self::OfItem { error, .. } => error.cause(),
            Self::Internal(cause) | Self::Uncertain(cause) | Self::Unavailable(cause) => Some(cause),
            _ => None,
        }
    }

    /// When the same request may succeed, if the time is known.
    fn frees_in(&self) -> Option<Duration> {
        match self {
            Self::OfItem { error, .. } => error.frees_in(),
            Self::IdempotencyQuota { frees_in } => Some(*frees_in),
            _ => None,
        }
    }

    /// The contacts that its text tells of.
    pub(crate) fn contacts(&self) -> BTreeSet<ContactId> {
        match self {
            Self::ContactTaken(id) => BTreeSet::from([*id]),
            Self::ContactsCollide(collision) => BTreeSet::from([collision.by_phone, collision.by_email]),
            Self::OfItem { error, .. } => error.contacts(),
            _ => BTreeSet::new(),
        }
    }

    /// True where the request itself is not at fault.
    pub(crate) fn is_failure(&self) -> bool {
        self.kind().status() >= 500
    }

    /// The problem of one item of a batch.
    pub(crate) fn into_item_problem(self) -> ItemProblem {
        ItemProblem::new(self.kind(), self.detail(), self.violations())
    }

    /// The problem of a request, whose id is still to be said.
    pub(crate) fn into_problem(self) -> Problem {
        let problem = Problem::new(self.kind(), self.detail(), "");
        Problem { errors: self.violations(), ..problem }
    }

    fn kind(&self) -> ProblemType {
        match self {
            Self::MalformedRequest(_) => ProblemType::MalformedRequest,
            Self::Body(BodyError::Syntax { .. }) => ProblemType::InvalidJson,
            Self::Body(BodyError::NotAnObject(_)) => ProblemType::NotAnObject,
            Self::Body(BodyError::Fields(_)) => ProblemType::InvalidFields,
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
