//! The parameters in a query string.

use std::borrow::Cow;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use contact_model::{Parameters, Violation, ViolationCode};

use crate::AppState;
use crate::error::ApiError;

/// What a query string says, all bad parameters told at once. What several extractors ask for stands together in one
/// tuple, so that it is told together.
pub(crate) struct Query<T>(pub(crate) T);

/// What a query string can be read as.
pub(crate) trait FromQuery: Send {
    /// Reads the parameters that it knows; what is wrong with them is noted there.
    fn read(parameters: &mut Parameters) -> Self;
}

/// Of what takes no parameters.
impl FromQuery for () {
    fn read(_: &mut Parameters) -> Self {}
}

impl<A: FromQuery, B: FromQuery> FromQuery for (A, B) {
    fn read(parameters: &mut Parameters) -> Self {
        (A::read(parameters), B::read(parameters))
    }
}

impl<T: FromQuery> FromRequestParts<AppState> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &AppState) -> Result<Self, ApiError> {
        let mut parameters = Parameters::default();
        for (name, value) in query_pairs(parts) {
            parameters.take(&name, &value);
        }
        let read = T::read(&mut parameters);
        parameters.into_result(Self(read)).map_err(ApiError::Parameters)
    }
}

/// The parameters of a query string in their order, decoded.
pub(crate) fn query_pairs(parts: &Parts) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes())
}

/// A parameter that cannot be read.
pub(crate) fn bad_parameter(name: &str, detail: impl Into<String>) -> ApiError {
    ApiError::Parameters(Violation::new(name, ViolationCode::InvalidValue, detail).into())
}
