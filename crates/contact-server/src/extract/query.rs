//! The parameters in a query string.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use contact_model::{Parameters, Violation, ViolationCode};

use super::Prefer;
use crate::SharedState;
use crate::error::ApiError;

/// The parameters of an extension. A parameter that `T` does not read is an error. All bad parameters are reported in
/// one error. If several types read parameters, `T` is a tuple of them, so that their errors are reported together.
pub(crate) struct Query<T>(pub(crate) T);

/// The parameters of a documented operation. A parameter that `T` does not read is ignored, unless the request asks for
/// strict handling.
pub(crate) struct DocumentedQuery<T> {
    /// The parameters that were read.
    pub(crate) value: T,
    /// The names of the parameters that were ignored.
    pub(crate) ignored: Vec<String>,
}

/// A type that a query string can be read as.
pub(crate) trait FromQuery: Send {
    /// Reads the parameters of this type. Their errors are recorded in `parameters`.
    fn read(parameters: &mut Parameters) -> Self;
}

/// Reads no parameters.
impl FromQuery for () {
    fn read(_: &mut Parameters) -> Self {}
}

impl<A: FromQuery, B: FromQuery> FromQuery for (A, B) {
    fn read(parameters: &mut Parameters) -> Self {
        (A::read(parameters), B::read(parameters))
    }
}

impl<T: FromQuery> FromRequestParts<SharedState> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &SharedState) -> Result<Self, ApiError> {
        parse_query(parts.uri.query(), || false).map(|(value, _)| Self(value))
    }
}

impl<T: FromQuery> FromRequestParts<SharedState> for DocumentedQuery<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &SharedState) -> Result<Self, ApiError> {
        let ignores_unknown = || !Prefer::of_request(parts).handling().is_strict();
        let (value, ignored) = parse_query(parts.uri.query(), ignores_unknown)?;
        Ok(Self { value, ignored })
    }
}

/// Parses a query string. Returns the parameters, and the names of those that were ignored. `ignores_unknown` is called
/// if there are parameters that `T` does not read.
pub(crate) fn parse_query<T: FromQuery>(
    query: Option<&str>,
    ignores_unknown: impl FnOnce() -> bool,
) -> Result<(T, Vec<String>), ApiError> {
    let query = query.unwrap_or_default();
    let mut parameters: Parameters = url::form_urlencoded::parse(query.as_bytes()).collect();
    let value = T::read(&mut parameters);
    let ignored = match parameters.has_unknown() && ignores_unknown() {
        true => parameters.ignore_unknown(),
        false => Vec::new(),
    };
    parameters.into_result((value, ignored)).map_err(ApiError::Parameters)
}

/// Returns the error for a parameter that the operation does not take, as an example for the API description.
pub(crate) fn unknown_parameter() -> ApiError {
    let parameters: Parameters = [("page", "2")].into_iter().collect();
    ApiError::Parameters(parameters.into_result(()).err().unwrap_or_default())
}

/// Returns the error for a parameter that cannot be read.
pub(crate) fn bad_parameter(name: &str, detail: impl Into<String>) -> ApiError {
    ApiError::Parameters(Violation::new(name, ViolationCode::InvalidValue, detail).into())
}
