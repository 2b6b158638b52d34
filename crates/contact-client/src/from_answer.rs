//! What can be read from an answer.

use contact_model::{
    Agent, AgentThread, BatchAnswer, Contact, ContactDetail, ContactReceipt, CreatedApiKey, CustomField,
    CustomFieldList, RenamedTag, ThreadReceipt, Whoami,
};
use reqwest::StatusCode;
use reqwest::header::{ETAG, LOCATION};
use serde::de::DeserializeOwned;

use crate::headers::{DRY_RUN, REQUEST_ID};
use crate::received::Received;
use crate::{Answer, CreatedOrUpdated, ETag, Error, headers};

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

pub(crate) mod sealed {
    pub trait Sealed {}
}

impl Received {
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

    /// Returns the result of a dry run.
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
}

pub(crate) fn json<T: DeserializeOwned>(received: &Received) -> Result<T, String> {
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
    ThreadReceipt,
    ContactDetail,
    BatchAnswer,
    AgentThread,
    Agent,
    CustomFieldList,
    CustomField,
    CreatedApiKey,
    RenamedTag,
    Whoami,
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
