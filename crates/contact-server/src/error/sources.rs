//! Converts errors of the model and the store to errors of the API.

use std::sync::Arc;

use contact_model::body::BodyError;
use contact_model::{Violation, ViolationCode, Violations};
use contact_store::StoreError;

use super::ApiError;

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
        match error {
            StoreError::ContactNotFound => Self::ContactNotFound,
            StoreError::ContactTaken { id } => Self::ContactTaken(id),
            StoreError::PreconditionFailed => Self::PreconditionFailed,
            StoreError::CustomFieldNotFound => Self::CustomFieldNotFound,
            StoreError::CustomFieldTaken { name, by } => Self::CustomFieldTaken(Violation::new(
                "/name",
                ViolationCode::Taken,
                format!("The custom field {by} is named `{name}` already."),
            )),
            StoreError::ContactsCollide(collision) => Self::ContactsCollide(collision),
            StoreError::ApiKeyNotFound => Self::ApiKeyNotFound,
            StoreError::AgentNotFound => Self::AgentNotFound,
            StoreError::AgentInUse => Self::AgentInUse,
            StoreError::KeyReused => Self::KeyReused,
            StoreError::StillRunning => Self::StillRunning,
            StoreError::TooMuchChanged { limit } => Self::BatchTooLarge { limit },
            StoreError::ResponseTooLarge { limit } => Self::ResponseTooLarge { limit },
            StoreError::QuotaExceeded { available_in } => Self::IdempotencyQuota { available_in },
            StoreError::NoRoomForResults => Self::TooManyUnreadBytes,
            StoreError::Invalid(violations) => violations.into(),
            StoreError::Overloaded => Self::Overloaded,
            StoreError::Uncertain(_) => Self::Uncertain(Arc::new(error)),
            StoreError::TimedOut
            | StoreError::Conflict(_)
            | StoreError::Unavailable(_)
            | StoreError::NewerDatabase(_)
            | StoreError::BadAddress(_) => Self::Unavailable(Arc::new(error)),
            // The company and its keys were deleted from the database after the request was authenticated.
            StoreError::CompanyNotFound => Self::Unauthorized,
            // The gateway replays this response before the conversion.
            StoreError::AlreadyAnswered(_) => Self::Internal(Arc::new(error)),
        }
    }
}

impl From<Arc<StoreError>> for ApiError {
    fn from(error: Arc<StoreError>) -> Self {
        match Arc::try_unwrap(error) {
            Ok(error) => error.into(),
            Err(shared) => Self::Unavailable(shared),
        }
    }
}
