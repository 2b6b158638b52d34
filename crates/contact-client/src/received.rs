//! An answer as it came.

use std::time::Duration;

use bytes::Bytes;
use contact_model::{Problem, ProblemType};
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, ETAG, HeaderMap, RETRY_AFTER};

use crate::headers::{self, DRY_RUN, REQUEST_ID};
use crate::{Answer, ETag, Error, FromAnswer, UnexpectedAnswer, retry_after};

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

    /// What was asked for.
    ///
    /// # Errors
    /// The server's problem, or an answer that is none of the API's.
    pub(crate) fn into_answer<T: FromAnswer>(self) -> Result<Answer<T>, Error> {
        if !T::is_carried_by(self.status) {
            return Err(self.into_problem());
        }
        match T::read(&self) {
            Ok(value) => Ok(Answer {
                value,
                status: self.status.as_u16(),
                etag: self.headers.get(ETAG).and_then(|value| ETag::of(value).ok()),
                ignored_fields: headers::ignored_fields(&self.headers),
                preferences_applied: headers::preferences_applied(&self.headers),
                replayed: headers::is_replayed(&self.headers),
                request_id: headers::text(&self.headers, REQUEST_ID).map(str::to_owned),
            }),
            Err(reason) => Err(self.into_unexpected(reason)),
        }
    }

    /// What was asked for, where nothing was to be done.
    ///
    /// # Errors
    /// As [`Received::into_answer`]; and an answer that does not say that nothing was done.
    pub(crate) fn into_answer_of_dry_run<T: FromAnswer>(self) -> Result<Answer<T>, Error> {
        let applied = headers::preferences_applied(&self.headers);
        if T::is_carried_by(self.status) && !applied.iter().any(|preference| preference == DRY_RUN) {
            return Err(self.into_unexpected("it was to be a dry run, and the write was done".to_owned()));
        }
        // The state that the tag names never was, and another write may reach one of that name.
        self.into_answer().map(|answer| Answer { etag: None, ..answer })
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

    fn into_problem(self) -> Error {
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
