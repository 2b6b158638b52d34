//! The types that responses are parsed as.

use contact_model::{
    Agent, AgentThread, BatchAnswer, Contact, ContactDetail, ContactReceipt, CreatedApiKey, CreatedWebhook,
    CustomField, CustomFieldList, RenamedTag, RevertedChanges, RotatedWebhookSecret, ThreadReceipt, Webhook,
    WebhookAttempt, WebhookAttemptList, WebhookReplayed, Whoami,
};
use reqwest::StatusCode;
use reqwest::header::LOCATION;
use serde::de::DeserializeOwned;

use crate::headers::{self, DRY_RUN};
use crate::raw_response::RawResponse;
use crate::{CreatedOrUpdated, Error, Response};

/// A type that a response can be parsed as. Only types of the API implement it.
pub trait FromResponse: sealed::Sealed + Sized + Send + 'static {
    /// Returns true if a response with this status contains the type, and false if it contains a problem.
    #[doc(hidden)]
    fn is_success(status: StatusCode) -> bool {
        status.is_success()
    }

    /// Parses a response with a status of success.
    ///
    /// # Errors
    /// Returns the reason if the response cannot be parsed.
    #[doc(hidden)]
    fn from_response(response: &RawResponse) -> Result<Self, String>;
}

pub(crate) mod sealed {
    pub trait Sealed {}
}

impl RawResponse {
    /// Parses the response.
    ///
    /// # Errors
    /// Returns the server's problem, or an error if the response is not one that the API returns.
    pub(crate) fn parse<T: FromResponse>(self) -> Result<Response<T>, Error> {
        if !T::is_success(self.status) {
            return Err(self.into_problem());
        }
        match T::from_response(&self) {
            Ok(body) => Ok(Response::new(body, self.status, &self.headers)),
            Err(reason) => Err(self.into_unexpected(reason)),
        }
    }

    /// Parses the response to a dry run.
    ///
    /// # Errors
    /// Like [`RawResponse::parse`]. Also returns an error if the server does not confirm the dry run.
    pub(crate) fn parse_dry_run<T: FromResponse>(self) -> Result<Response<T>, Error> {
        let applied = headers::preferences_applied(&self.headers);
        if T::is_success(self.status) && !applied.iter().any(|preference| preference == DRY_RUN) {
            return Err(self.into_unexpected("the dry run was not applied: the write was done".to_owned()));
        }
        self.parse().map(Response::without_etag)
    }
}

pub(crate) fn parse_json<T: DeserializeOwned>(response: &RawResponse) -> Result<T, String> {
    serde_json::from_slice(&response.body).map_err(|error| format!("the body cannot be parsed: {error}"))
}

macro_rules! from_json {
    ($($body:ty),+ $(,)?) => {
        $(
            impl sealed::Sealed for $body {}
            impl FromResponse for $body {
                fn from_response(response: &RawResponse) -> Result<Self, String> {
                    parse_json(response)
                }
            }
        )+
    };
}

from_json!(
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
    Webhook,
    CreatedWebhook,
    RotatedWebhookSecret,
    WebhookReplayed,
    WebhookAttempt,
    WebhookAttemptList,
    RenamedTag,
    RevertedChanges,
    Whoami,
    contact_model::changes::ChangeFeed,
    contact_model::changes::LogHash,
);

impl sealed::Sealed for () {}
impl FromResponse for () {
    fn from_response(response: &RawResponse) -> Result<Self, String> {
        if response.body.is_empty() { Ok(()) } else { Err("the body is not empty".to_owned()) }
    }
}

/// `None` if the contact has not changed: status 304.
impl sealed::Sealed for Option<ContactDetail> {}
impl FromResponse for Option<ContactDetail> {
    fn is_success(status: StatusCode) -> bool {
        status.is_success() || status == StatusCode::NOT_MODIFIED
    }

    fn from_response(response: &RawResponse) -> Result<Self, String> {
        if response.status == StatusCode::NOT_MODIFIED { Ok(None) } else { parse_json(response).map(Some) }
    }
}

impl sealed::Sealed for CreatedOrUpdated {}
impl FromResponse for CreatedOrUpdated {
    fn from_response(response: &RawResponse) -> Result<Self, String> {
        let path = headers::text(&response.headers, LOCATION).unwrap_or_default();
        let id = path.trim_end_matches('/').rsplit('/').next().and_then(|segment| segment.parse().ok());
        let id = id.ok_or_else(|| format!("the header `Location` is not the path of a contact: `{path}`"))?;
        let is_created = response.status == StatusCode::CREATED;
        Ok(if is_created { Self::Created(id) } else { Self::Updated(id) })
    }
}
