//! A response whose body has not been parsed yet.

use std::time::Duration;

use bytes::Bytes;
use contact_model::{Problem, ProblemType};
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};

use crate::headers::{self, REQUEST_ID};
use crate::{Error, UnexpectedResponse, retry_after};

/// A response whose body has not been parsed yet.
#[derive(Debug, Clone)]
pub struct RawResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl RawResponse {
    /// Returns how long the server asks the client to wait before the next attempt.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        #[expect(clippy::disallowed_methods, reason = "a date in `Retry-After` refers to the real time")]
        let now = std::time::SystemTime::now();
        retry_after::parse(headers::text(&self.headers, RETRY_AFTER)?, now)
    }

    /// Returns the problem document, if the body is one with the status of the response.
    fn problem(&self) -> Option<Problem> {
        let problem: Problem = serde_json::from_slice(&self.body).ok()?;
        (problem.status == self.status.as_u16()).then_some(problem)
    }

    /// Returns true if the same request may succeed later: the server is overloaded or unavailable, or it still
    /// processes an earlier attempt whose connection was lost.
    pub(crate) fn is_transient_failure(&self) -> bool {
        match self.status {
            StatusCode::TOO_MANY_REQUESTS
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT => true,
            StatusCode::CONFLICT => {
                let problem = self.problem();
                problem.and_then(|problem| problem.problem_type()) == Some(ProblemType::StillRunning)
            }
            _ => false,
        }
    }

    pub(crate) fn into_problem(self) -> Error {
        match self.problem() {
            Some(problem) => Error::Problem { problem: Box::new(problem), retry_after: self.retry_after() },
            None => self.into_unexpected("the body is not a problem document".to_owned()),
        }
    }

    pub(crate) fn into_unexpected(self, reason: String) -> Error {
        Error::Unexpected(Box::new(UnexpectedResponse {
            status: self.status.as_u16(),
            content_type: headers::text(&self.headers, CONTENT_TYPE).map(str::to_owned),
            request_id: headers::text(&self.headers, REQUEST_ID).map(str::to_owned),
            retry_after: self.retry_after(),
            body: String::from_utf8_lossy(&self.body).into_owned(),
            reason,
        }))
    }
}
