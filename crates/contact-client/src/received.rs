//! An answer as it came.

use std::time::Duration;

use bytes::Bytes;
use contact_model::{Problem, ProblemType};
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};

use crate::headers::{self, REQUEST_ID};
use crate::{Error, UnexpectedAnswer, retry_after};

/// An answer with its body, unread.
#[derive(Debug, Clone)]
pub struct Received {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Received {
    /// How long the server asks to wait.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        // The machine's clock is what the date is held against; what it says goes nowhere else.
        #[expect(clippy::disallowed_methods, reason = "a date in an answer means the real time")]
        let now = std::time::SystemTime::now();
        retry_after::read(headers::text(&self.headers, RETRY_AFTER)?, now)
    }

    /// The problem document, where it is one. Whatever a proxy has made of it, the status of the answer is
    /// what happened.
    fn problem(&self) -> Option<Problem> {
        let problem: Problem = serde_json::from_slice(&self.body).ok()?;
        (problem.status == self.status.as_u16()).then_some(problem)
    }

    /// True where the server may answer the same request later: it is overloaded, it or its database is away,
    /// or it is still at work on the attempt before, whose connection broke.
    pub(crate) fn is_passing(&self) -> bool {
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
            None => self.into_unexpected("the body is no problem document".to_owned()),
        }
    }

    pub(crate) fn into_unexpected(self, reason: String) -> Error {
        Error::Unexpected(Box::new(UnexpectedAnswer {
            status: self.status.as_u16(),
            content_type: headers::text(&self.headers, CONTENT_TYPE).map(str::to_owned),
            request_id: headers::text(&self.headers, REQUEST_ID).map(str::to_owned),
            retry_after: self.retry_after(),
            body: String::from_utf8_lossy(&self.body).into_owned(),
            reason,
        }))
    }
}
