//! Reading an answer.

use bytes::Bytes;
use contact_model::{
    Agent, AgentList, AgentThread, ApiKeyList, BatchAnswer, Contact, ContactDetail, ContactList,
    ContactReceipt, CreatedApiKey, CustomField, CustomFieldList, Problem, ThreadList, tag_list::TagList,
};
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, ETAG, HeaderMap, LOCATION, RETRY_AFTER};
use serde::de::DeserializeOwned;
use std::time::Duration;

use crate::headers::{self, DRY_RUN, REQUEST_ID};
use crate::{Answer, CreatedOrUpdated, ETag, Error, UnexpectedAnswer, retry_after};

/// An answer with its body, unread.
#[derive(Debug)]
pub struct Received {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// What can be read from an answer. It is for the types of the API alone.
pub trait FromAnswer: sealed::Sealed + Sized + Send + 'static {
    /// True where an answer with this status carries it.
    #[doc(hidden)]
    fn is_carried_by(status: StatusCode) -> bool {
        status.is_success()
    }

    /// Reads it.
    ///
    /// # Errors
    /// Why it cannot be read.
    #[doc(hidden)]
    fn read(received: &Received) -> Result<Self, String>;
}

mod sealed {
    pub trait Sealed {}
}

fn json<T: DeserializeOwned>(received: &Received) -> Result<T, String> {
    serde_json::from_slice(&received.body).map_err(|error| format!("the body cannot be read: {error}"))
}

macro_rules! read_as_json {
    ($($answer:ty),+ $(,)?) => {
        $(
            impl sealed::Sealed for $answer {}
            impl FromAnswer for $answer {
                fn read(received: &Received) -> Result<Self, String> {
                    json(received)
                }
            }
        )+
    };
}

read_as_json!(
    Contact,
    ContactReceipt,
    ContactDetail,
    ContactList,
    BatchAnswer,
    ThreadList,
    AgentThread,
    TagList,
    AgentList,
    Agent,
    CustomFieldList,
    CustomField,
    ApiKeyList,
    CreatedApiKey,
);

impl sealed::Sealed for () {}
impl FromAnswer for () {
    fn read(received: &Received) -> Result<Self, String> {
        if received.body.is_empty() { Ok(()) } else { Err("the answer should have no body".to_owned()) }
    }
}

/// `None` where nothing has changed: status 304.
impl sealed::Sealed for Option<ContactDetail> {}
impl FromAnswer for Option<ContactDetail> {
    fn is_carried_by(status: StatusCode) -> bool {
        status.is_success() || status == StatusCode::NOT_MODIFIED
    }

    fn read(received: &Received) -> Result<Self, String> {
        if received.status == StatusCode::NOT_MODIFIED { Ok(None) } else { json(received).map(Some) }
    }
}

impl sealed::Sealed for CreatedOrUpdated {}
impl FromAnswer for CreatedOrUpdated {
    fn read(received: &Received) -> Result<Self, String> {
        let path = headers::text(&received.headers, LOCATION).unwrap_or_default();
        let id = path.trim_end_matches('/').rsplit('/').next().and_then(|word| word.parse().ok());
        let id = id.ok_or_else(|| format!("the header Location names no contact: `{path}`"))?;
        let created = received.status == StatusCode::CREATED;
        Ok(if created { Self::Created(id) } else { Self::Updated(id) })
    }
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

    fn into_problem(self) -> Error {
        match serde_json::from_slice::<Problem>(&self.body) {
            // Whatever a proxy has made of the document, the status of the answer is what happened.
            Ok(problem) if problem.status == self.status.as_u16() => {
                Error::Problem { problem: Box::new(problem), retry_after: self.retry_after() }
            }
            _ => self.into_unexpected("the body is no problem document".to_owned()),
        }
    }

    fn into_unexpected(self, reason: String) -> Error {
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
