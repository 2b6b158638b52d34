//! The parameters in a query string.

use std::borrow::Cow;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use contact_model::{Violation, ViolationCode};

use crate::AppState;
use crate::error::ApiError;

/// Parameters read from a query string. One that is not known is ignored.
pub(crate) struct Query<T>(pub(crate) T);

/// What a query string can be read as.
pub(crate) trait FromQuery: Default {
    /// Takes one parameter.
    fn take(&mut self, name: &str, value: &str) -> Result<(), ApiError>;
}

impl<T: FromQuery> FromRequestParts<AppState> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &AppState) -> Result<Self, ApiError> {
        let mut query = T::default();
        let pairs = url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
        for (name, value) in pairs {
            let (name, value): (Cow<'_, str>, Cow<'_, str>) = (name, value);
            query.take(&name, &value)?;
        }
        Ok(Self(query))
    }
}

/// A parameter that cannot be read.
pub(crate) fn bad_parameter(name: &str, detail: impl Into<String>) -> ApiError {
    ApiError::Parameter(Violation::new(name, ViolationCode::InvalidValue, detail))
}
