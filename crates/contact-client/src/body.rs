//! The JSON bodies of requests.

use std::fmt;
use std::marker::PhantomData;

use bytes::Bytes;
use contact_model::batch::BatchBody;
use contact_model::{
    ActiveAgentChoice, AgentUpdate, BatchItem, ContactCreate, ContactMerge, ContactUpdate, CustomFieldRename,
    NewAgent, NewApiKey, NewCustomField, NewTags, NewThread, NewWebhook, RevertChanges, TagRename,
    WebhookReplay, WebhookResend, WebhookUpdate,
};
use serde::Serialize;
use serde_json::Value;

use crate::InvalidRequest;

/// The JSON body of a request: a value of the type `T`, or any other JSON.
///
/// Methods such as [`Client::create_contact`](crate::Client::create_contact) accept everything that converts to a
/// body. Usually that is a `T`. A [`serde_json::Value`] or [`Body::from_json`] is for a body that comes from
/// elsewhere, or has keys that `T` does not have:
///
/// ```
/// # use contact_client::{Body, Client, ContactCreate};
/// # use contact_testing::{Backend, TestServer};
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let server = TestServer::start(Backend::Sqlite).await;
/// # let client = Client::builder(&server.url, server.company().await.key).build()?;
/// client.create_contact(ContactCreate::new().full_name("jane doe")).await?;
///
/// let body = serde_json::json!({ "full_name": "max muster", "nickname": "Max" });
/// let response = client.create_contact(body).await?;
/// assert_eq!(response.ignored_fields(), ["nickname"]);
///
/// let body = Body::from_json(r#"{"full_name": "ann example"}"#);
/// client.create_contact(body).await?;
/// # Ok(())
/// # }
/// ```
pub struct Body<T> {
    json: Result<Bytes, InvalidRequest>,
    kind: PhantomData<fn(T)>,
}

impl<T> Body<T> {
    /// Creates a body from JSON text, which is sent byte for byte.
    ///
    /// The client does not check the text. If it is not valid JSON, the server refuses the request with status 400.
    pub fn from_json(text: impl Into<Bytes>) -> Self {
        Self { json: Ok(text.into()), kind: PhantomData }
    }

    fn serialize(value: &impl Serialize) -> Self {
        let json = serde_json::to_vec(value).map_err(|error| InvalidRequest::Body(error.to_string()));
        Self { json: json.map(Bytes::from), kind: PhantomData }
    }

    pub(crate) fn into_json(self) -> Result<Bytes, InvalidRequest> {
        self.json
    }
}

impl<T> From<Value> for Body<T> {
    fn from(json: Value) -> Self {
        Self::serialize(&json)
    }
}

macro_rules! from_value {
    ($($request:ty),+ $(,)?) => {
        $(
            impl From<$request> for Body<$request> {
                fn from(request: $request) -> Self {
                    Self::serialize(&request)
                }
            }
        )+
    };
}

from_value!(
    ContactCreate,
    ContactMerge,
    ContactUpdate,
    NewThread,
    ActiveAgentChoice,
    NewTags,
    RevertChanges,
    TagRename,
    NewAgent,
    AgentUpdate,
    NewCustomField,
    CustomFieldRename,
    NewApiKey,
    NewWebhook,
    WebhookUpdate,
    WebhookReplay,
    WebhookResend,
);

/// The body of a batch. JSON from elsewhere is the whole object: `{"items": [...]}`.
impl From<&[BatchItem]> for Body<Vec<BatchItem>> {
    fn from(items: &[BatchItem]) -> Self {
        Self::serialize(&BatchBody { items })
    }
}

impl From<Vec<BatchItem>> for Body<Vec<BatchItem>> {
    fn from(items: Vec<BatchItem>) -> Self {
        items.as_slice().into()
    }
}

impl<const N: usize> From<[BatchItem; N]> for Body<Vec<BatchItem>> {
    fn from(items: [BatchItem; N]) -> Self {
        items.as_slice().into()
    }
}

/// Contains the length, but not the JSON, which may be personal data.
impl<T> fmt::Debug for Body<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let length = self.json.as_ref().map(Bytes::len);
        f.debug_struct("Body").field("length", &length).finish_non_exhaustive()
    }
}
