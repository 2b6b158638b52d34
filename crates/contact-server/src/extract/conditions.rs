//! The headers `If-Match` and `If-None-Match` (RFC 9110). They are extensions.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header::{IF_MATCH, IF_NONE_MATCH};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use contact_model::Precondition;
use contact_model::precondition::EntityTagList;
use utoipa::openapi::Ref;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::schema::ObjectBuilder;
use utoipa::{IntoParams, ToSchema as _};

use super::query::bad_parameter;
use crate::SharedState;
use crate::description::parameters::{extension, extension_header};
use crate::error::Result;

/// Reads the header `If-Match`: the precondition of a write. An unreadable value is a 400, because the write would be
/// unguarded if the value were ignored.
pub(crate) fn read_if_match(headers: &HeaderMap) -> Result<Option<Precondition>> {
    let tags = EntityTagList::read(headers.get_all(IF_MATCH).iter().map(HeaderValue::as_bytes));
    let tags = tags.map_err(|unreadable| bad_parameter("If-Match", format!("If-Match {unreadable}.")))?;
    Ok(tags.map(|tags| tags.precondition()))
}

pub(super) fn describe_if_match() -> Parameter {
    let text = "Writes only if the contact is in the state that one of these values of `ETag` names. Otherwise the \
                response is a 412.";
    let schema = Ref::from_schema_name(Precondition::name());
    extension("If-Match", ParameterIn::Header, text).schema(Some(schema)).build()
}

/// The header `If-None-Match`: the states of the contact that the caller has. An unreadable value is ignored, because
/// a full response is always correct.
pub(crate) struct IfNoneMatch(Vec<HeaderValue>);

impl FromRequestParts<SharedState> for IfNoneMatch {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &SharedState) -> Result<Self, Infallible> {
        Ok(Self(parts.headers.get_all(IF_NONE_MATCH).iter().cloned().collect()))
    }
}

impl IfNoneMatch {
    /// Returns true if the caller has the state that the tag names.
    pub(crate) fn has(&self, tag: &HeaderValue) -> bool {
        let tags = EntityTagList::read(self.0.iter().map(HeaderValue::as_bytes));
        tags.is_ok_and(|tags| tags.is_some_and(|tags| tags.has(tag)))
    }
}

impl IntoParams for IfNoneMatch {
    fn into_params(_parameter_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let text = "Values of `ETag`, separated by commas, or `*`. If the response would have one of them, it is a 304 \
                    without a body.";
        // The schema has no pattern, because an unreadable value is not an error.
        let schema = ObjectBuilder::new().examples(["\"3c90c3cc0d444b5088888dd25736052a-v1-a0.0-i0\""]);
        vec![extension_header("If-None-Match", text, schema)]
    }
}
