//! A problem that is not written to its response yet.

use std::collections::BTreeSet;

use axum::http::header::{CONNECTION, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use contact_model::{ContactId, Problem, ProblemType};

use super::{ApiError, Cause};
use crate::answer::Json;

/// The media type of a problem document.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// A problem that is not written to its response yet. The outermost layer writes it, because only that layer knows
/// the request's id.
#[derive(Debug, Clone)]
pub(crate) struct Pending {
    problem: Problem,
    pub(crate) cause: Option<Cause>,
    /// The contacts that the problem names.
    pub(crate) contacts: BTreeSet<ContactId>,
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let kind = self.kind();
        let mut response =
            StatusCode::from_u16(kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR).into_response();
        let headers = response.headers_mut();
        match kind {
            ProblemType::MalformedRequest => {
                // It is uncertain where such a request ends and the next one begins.
                headers.insert(CONNECTION, HeaderValue::from_static("close"));
            }
            ProblemType::Unauthorized => {
                headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"contacts\""));
            }
            ProblemType::IdempotencyQuota => {
                headers.extend(self.frees_in().map(|frees_in| (RETRY_AFTER, frees_in.as_secs().into())));
            }
            ProblemType::Unavailable | ProblemType::StillRunning => {
                headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
            }
            _ => {}
        }
        let (cause, contacts) = (self.cause().cloned(), self.contacts());
        response.extensions_mut().insert(Pending { problem: self.into_problem(), cause, contacts });
        response
    }
}

impl Pending {
    /// Returns the type of the problem.
    pub(crate) fn kind(&self) -> Option<ProblemType> {
        self.problem.problem_type()
    }

    /// Writes the problem as the body of the response that it was taken from.
    pub(crate) fn write(self, response: Response, request_id: &str) -> Response {
        let body = Json(Problem { request_id: request_id.to_owned(), ..self.problem });
        let (parts, _) = response.into_parts();
        let mut written = (parts.status, body).into_response();
        for (name, value) in &parts.headers {
            written.headers_mut().insert(name, value.clone());
        }
        written.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        written
    }
}
