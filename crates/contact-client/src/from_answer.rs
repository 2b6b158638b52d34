//! What can be read from an answer.

use contact_model::tag_list::TagList;
use contact_model::{
    Agent, AgentList, AgentThread, ApiKeyList, BatchAnswer, Contact, ContactDetail, ContactList,
    ContactReceipt, CreatedApiKey, CustomField, CustomFieldList, RenamedTag, ThreadList, ThreadReceipt,
    Whoami,
};
use reqwest::StatusCode;
use reqwest::header::LOCATION;
use serde::de::DeserializeOwned;

use crate::received::Received;
use crate::{CreatedOrUpdated, Page as _, headers};

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

macro_rules! read_as_page {
    ($($list:ty),+ $(,)?) => {
        $(
            impl sealed::Sealed for $list {}
            impl FromAnswer for $list {
                fn read(received: &Received) -> Result<Self, String> {
                    let page: Self = json(received)?;
                    match (page.next_url(), page.next_cursor()) {
                        // A list that seems to end here would lack the rest without a word.
                        (Some(url), None) => Err(format!("the URL of the next page has no cursor: `{url}`")),
                        _ => Ok(page),
                    }
                }
            }
        )+
    };
}

read_as_page!(ContactList, ThreadList, TagList, AgentList, ApiKeyList);

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
