//! Converts errors of the model and the store to errors of the API.

use std::sync::Arc;

use contact_model::Violations;
use contact_model::body::BodyError;
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
        Self::Store(error)
    }
}

impl From<Arc<StoreError>> for ApiError {
    fn from(error: Arc<StoreError>) -> Self {
        Self::Store(Arc::try_unwrap(error).unwrap_or_else(|shared| StoreError::Unavailable(shared)))
    }
}
