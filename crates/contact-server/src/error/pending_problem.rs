//! A problem that is not written to its response yet.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::time::Duration;

use axum::http::header::{CONNECTION, LINK, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use contact_model::{ContactId, ItemProblem, Problem, ProblemType, Violation};
use contact_store::Cause;

use super::ApiError;
use crate::json_response::TypedJson;

/// The media type of a problem document.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// A problem that is not written to its response yet. The outermost layer writes it, because only that layer knows
/// the request's id.
#[derive(Debug, Clone)]
pub(crate) struct PendingProblem {
    pub(super) kind: ProblemType,
    /// What is wrong in this case, and what to do.
    pub(super) detail: Cow<'static, str>,
    /// The invalid fields.
    pub(super) errors: Vec<Violation>,
    /// The header that the response has because of the problem.
    pub(crate) header: Option<ProblemHeader>,
    /// True if the problem is stored as the response to a request with an idempotency key.
    pub(crate) is_stored: bool,
    /// The contacts that the problem names.
    pub(crate) contacts: BTreeSet<ContactId>,
    /// The underlying error, for the log.
    pub(crate) cause: Option<Cause>,
}

/// A header that a response has because of its problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProblemHeader {
    /// `Connection: close`
    CloseConnection,
    /// `WWW-Authenticate`
    Authenticate,
    /// `Retry-After`, with the time after which the same request may succeed.
    RetryAfter(Duration),
    /// `Link`, with the contact that the requested one was merged into.
    CanonicalLink(ContactId),
}

impl ProblemHeader {
    /// Returns the header. `base_url` is the URL at which users reach the server.
    fn name_and_value(self, base_url: &str) -> Option<(HeaderName, HeaderValue)> {
        Some(match self {
            Self::CloseConnection => (CONNECTION, HeaderValue::from_static("close")),
            Self::Authenticate => (WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"contacts\"")),
            Self::RetryAfter(pause) => (RETRY_AFTER, pause.as_secs().into()),
            Self::CanonicalLink(contact) => {
                let link = format!("<{base_url}/contacts/{contact}/>; rel=\"canonical\"");
                (LINK, HeaderValue::try_from(link).ok()?)
            }
        })
    }
}

impl PendingProblem {
    /// Returns true if the problem has this type.
    pub(crate) fn is_of(&self, kind: ProblemType) -> bool {
        self.kind == kind
    }

    /// Returns true if the status is that of a server error, so that the request itself is not at fault.
    pub(crate) fn is_server_error(&self) -> bool {
        self.kind.status() >= 500
    }

    /// Converts to the problem of one item of a batch.
    pub(crate) fn into_item_problem(self) -> ItemProblem {
        ItemProblem::new(self.kind, self.detail, self.errors)
    }

    /// Converts to the problem of a request with this id.
    pub(crate) fn into_problem(self, request_id: &str) -> Problem {
        let problem = Problem::new(self.kind, self.detail, request_id);
        Problem { errors: self.errors, ..problem }
    }

    /// Writes the problem as the body of the response that it was taken from, with its header.
    pub(crate) fn write(self, response: Response, request_id: &str, base_url: &str) -> Response {
        let (mut parts, _) = response.into_parts();
        parts.headers.extend(self.header.and_then(|header| header.name_and_value(base_url)));
        (parts, TypedJson(PROBLEM_JSON, self.into_problem(request_id))).into_response()
    }
}

impl IntoResponse for PendingProblem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        PendingProblem::from(self).into_response()
    }
}
