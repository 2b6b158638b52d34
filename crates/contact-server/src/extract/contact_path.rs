//! The contact that a path names.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use contact_model::{ContactId, Violation, ViolationCode};

use crate::AppState;
use crate::error::ApiError;

/// The contact's id in a path. Decided: an unreadable one is a 400.
pub(crate) struct ContactPath(pub(crate) ContactId);

impl FromRequestParts<AppState> for ContactPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let text = Path::<String>::from_request_parts(parts, state).await;
        let id = text.ok().and_then(|Path(text)| text.parse().ok());
        id.map(Self).ok_or_else(|| {
            ApiError::Parameter(Violation::new(
                "contact_id",
                ViolationCode::InvalidValue,
                "contact_id must be a UUID such as 3c90c3cc-0d44-4b50-8888-8dd25736052a.",
            ))
        })
    }
}
