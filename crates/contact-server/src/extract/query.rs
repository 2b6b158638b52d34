//! The parameters in a query string.

use axum::extract::FromRequestParts;
use axum::http::Uri;
use axum::http::request::Parts;
use contact_model::{Parameters, Violation, ViolationCode};

use super::Prefer;
use crate::description::source::Source;
use crate::error::{ApiError, Result};
use crate::{SharedState, operations};

/// The parameters of a query string. All bad parameters are reported in one error. If several types read parameters,
/// `T` is a tuple of them, so that their errors are reported together.
///
/// A parameter that `T` does not read is an error, except in a documented operation. Such an operation ignores it,
/// unless the request asks for strict handling.
pub(crate) struct Query<T> {
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

    async fn from_request_parts(parts: &mut Parts, _state: &SharedState) -> Result<Self> {
        Self::parse(parts, || Prefer::of_request(parts))
    }
}

impl<T: FromQuery> Query<T> {
    /// Parses the query of a request. `prefer` is called if there are parameters that `T` does not read.
    pub(crate) fn parse(parts: &Parts, prefer: impl FnOnce() -> Prefer) -> Result<Self> {
        let mut parameters = parameters(&parts.uri);
        let value = T::read(&mut parameters);
        let ignores_unknown =
            parameters.has_unknown() && is_documented(parts) && !prefer().handling().is_strict();
        let ignored = if ignores_unknown { parameters.ignore_unknown() } else { Vec::new() };
        parameters.into_result(Self { value, ignored }).map_err(ApiError::Parameters)
    }
}

/// Returns the parameters in the query of a URI.
pub(super) fn parameters(uri: &Uri) -> Parameters {
    url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).collect()
}

fn is_documented(parts: &Parts) -> bool {
    let operation = operations::of_request(&parts.method, &parts.extensions);
    operation.is_some_and(|operation| operation.source == Source::Documented)
}

/// Defines the query parameters of an operation that reads one boolean. It is false if it is not sent. Its comment is
/// also its description.
macro_rules! boolean_query {
    ($(#[$doc:meta])* $name:ident { $(#[doc = $text:literal])+ $source:ident $parameter:ident }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub(crate) struct $name {
            $(#[doc = $text])+
            pub(crate) $parameter: bool,
        }

        impl utoipa::IntoParams for $name {
            fn into_params(
                _: impl Fn() -> Option<utoipa::openapi::path::ParameterIn>,
            ) -> Vec<utoipa::openapi::path::Parameter> {
                let source = $crate::description::source::Source::$source;
                vec![$crate::description::parameters::boolean(source, stringify!($parameter), &[$($text),+])]
            }
        }

        impl $crate::extract::FromQuery for $name {
            fn read(parameters: &mut contact_model::Parameters) -> Self {
                Self { $parameter: parameters.boolean(stringify!($parameter)).unwrap_or_default() }
            }
        }
    };
}
pub(crate) use boolean_query;

/// Returns the error for a parameter that the operation does not take, as an example for the API description.
pub(crate) fn unknown_parameter() -> ApiError {
    let parameters: Parameters = [("page", "2")].into_iter().collect();
    ApiError::Parameters(parameters.into_result(()).err().unwrap_or_default())
}

/// Returns the error for a parameter that cannot be read.
pub(crate) fn bad_parameter(name: &str, detail: impl Into<String>) -> ApiError {
    ApiError::Parameters(Violation::new(name, ViolationCode::InvalidValue, detail).into())
}
