//! The reasons why a request is refused or fails.

use std::error::Error;
use std::num::NonZeroU32;
use std::sync::Arc;

use contact_model::body::BodyError;
use contact_model::company::RequestKind;
use contact_model::{Access, Violations, limits};
use contact_store::{Cause, StoreError};

/// A result whose error is an [`ApiError`].
pub(crate) type Result<T, E = ApiError> = std::result::Result<T, E>;

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
    /// The API key has sent too many requests.
    RateLimited {
        kind: RequestKind,
        per_second: NonZeroU32,
    },
    NoPhoneNumber,
    UnknownPath,
    MethodNotAllowed,
    RequestTimeout,
    BodyTooLarge(BodyLimit),
    UnsupportedMediaType,
    /// An item of a batch because of which the whole batch is refused.
    InItem {
        index: usize,
        error: Box<ApiError>,
    },
    /// The server failed. The cause is logged together with the request's id, and is never sent to a client.
    Internal(Cause),
    ResponseTimeout,
    /// The server has as many connections as it may have.
    TooManyConnections,
    /// The client's address has as many connections as one address may have.
    TooManyConnectionsFromAddress,
    /// The store refused the operation or failed.
    Store(StoreError),
}

/// The limit on the size of a body.
#[derive(Debug, Clone, Copy)]
pub(crate) enum BodyLimit {
    /// The limit of every request except a batch.
    Request,
    Batch,
    /// The limit of a batch that is written in one transaction.
    SingleTransactionBatch,
}

impl BodyLimit {
    /// Returns how many bytes the body may have.
    pub(crate) fn bytes(self) -> usize {
        match self {
            Self::Request => limits::REQUEST_BODY,
            Self::Batch => limits::BATCH_BODY,
            Self::SingleTransactionBatch => limits::SINGLE_TRANSACTION_BATCH_BODY,
        }
    }
}

impl ApiError {
    /// Returns an internal error with `cause` as its cause.
    pub(crate) fn internal(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Internal(Arc::from(cause.into()))
    }
}

impl From<BodyError> for ApiError {
    fn from(error: BodyError) -> Self {
        Self::Body(error)
    }
}

impl From<Violations> for ApiError {
    fn from(violations: Violations) -> Self {
        Self::Body(violations.into())
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Arc<StoreError>> for ApiError {
    fn from(error: Arc<StoreError>) -> Self {
        Self::Store(Arc::try_unwrap(error).unwrap_or_else(|shared| StoreError::Unavailable(shared)))
    }
}
