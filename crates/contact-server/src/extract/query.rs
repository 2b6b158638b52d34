//! The parameters in a query string.

use std::borrow::Cow;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use contact_model::{Violation, ViolationCode, limits};

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
        for (name, value) in query_pairs(parts) {
            query.take(&name, &value)?;
        }
        Ok(Self(query))
    }
}

/// The parameters of a query string in their order, decoded.
pub(crate) fn query_pairs(parts: &Parts) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes())
}

/// Reads `true` or `false` in any case.
pub(crate) fn read_boolean(name: &str, value: &str) -> Result<bool, ApiError> {
    let read = value.to_ascii_lowercase().parse();
    read.map_err(|_| bad_parameter(name, format!("{name} takes true or false.")))
}

/// Reads how many items a page is to have.
pub(crate) fn read_page_size(value: &str) -> Result<u16, ApiError> {
    let size = value.parse().ok().filter(|size| (1..=limits::PAGE_SIZE).contains(size));
    size.ok_or_else(|| {
        let detail = format!("page_size takes a whole number from 1 to {}.", limits::PAGE_SIZE);
        bad_parameter("page_size", detail)
    })
}

/// A parameter that cannot be read.
pub(crate) fn bad_parameter(name: &str, detail: impl Into<String>) -> ApiError {
    ApiError::Parameters(Violation::new(name, ViolationCode::InvalidValue, detail).into())
}
