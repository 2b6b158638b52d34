//! Reads and describes the ids and tags in paths.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use contact_model::{AgentId, ApiKeyId, ContactId, CustomFieldId, WebhookId};
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

use super::bad_parameter;
use crate::SharedState;
use crate::error::{ApiError, Result};

/// Defines an extractor for each kind of id, from the name of its parameter, and the text and the example of the
/// description.
macro_rules! id_paths {
    ($($(#[$doc:meta])* $name:ident($id:ty): $parameter:literal, $text:literal, $example:literal;)+) => {$(
        $(#[$doc])*
        #[derive(IntoParams)]
        #[into_params(names($parameter), parameter_in = Path)]
        pub(crate) struct $name(
            #[doc = $text]
            #[param(inline, example = $example)]
            pub(crate) $id,
        );

        impl FromRequestParts<SharedState> for $name {
            type Rejection = ApiError;

            async fn from_request_parts(parts: &mut Parts, state: &SharedState) -> Result<Self> {
                let text = Path::<String>::from_request_parts(parts, state).await;
                let id = text.ok().and_then(|Path(text)| text.parse().ok());
                id.map(Self).ok_or_else(|| not_a_uuid($parameter))
            }
        }
    )+};
}

id_paths! {
    /// The contact's id in a path. An unreadable one is a 400 (decided).
    ContactPath(ContactId): "contact_id", "The ID of the contact",
        "3c90c3cc-0d44-4b50-8888-8dd25736052a";
    /// The custom field's id in a path. An unreadable one is a 400.
    CustomFieldPath(CustomFieldId): "custom_field_id", "The ID of the custom field",
        "018bab2f-0000-7c31-9a55-5d6044cc0d44";
    /// The API key's id in a path. An unreadable one is a 400.
    ApiKeyPath(ApiKeyId): "api_key_id", "The ID of the API key",
        "018bab2f-0000-7c31-9a55-66afa7c90d44";
    /// The agent's id in a path. An unreadable one is a 400.
    AgentPath(AgentId): "agent_id", "The ID of the agent",
        "018bab2f-0000-7c31-9a55-3c90c3cc0d44";
    /// The webhook's id in a path. An unreadable one is a 400.
    WebhookPath(WebhookId): "webhook_id", "The ID of the webhook",
        "018bab2f-0000-7c31-9a55-7b1d0c5e0d44";
}

/// A contact's id and one of its tags in a path. An unreadable id, or a tag that is not text, is a 400.
pub(crate) struct ContactTagPath(pub(crate) ContactId, pub(crate) String);

impl FromRequestParts<SharedState> for ContactTagPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &SharedState) -> Result<Self> {
        let texts = Path::<(String, String)>::from_request_parts(parts, state).await;
        let Ok(Path((id, tag))) = texts else {
            // The error does not show which of the two is not text.
            let id = parts.uri.path().split('/').nth(2).unwrap_or_default();
            return Err(match id.parse::<ContactId>() {
                Ok(_) => bad_parameter("tag", "tag must be text in UTF-8, percent-encoded."),
                Err(_) => not_a_uuid("contact_id"),
            });
        };
        let tag = valid_tag(tag)?;
        let id = id.parse().map_err(|_| not_a_uuid("contact_id"))?;
        Ok(Self(id, tag))
    }
}

impl IntoParams for ContactTagPath {
    fn into_params(parameter_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        [ContactPath::into_params(&parameter_in), TagPath::into_params(&parameter_in)].concat()
    }
}

/// A tag in a path. It is a 400 if it is not UTF-8 text.
#[derive(IntoParams)]
#[into_params(names("tag"), parameter_in = Path)]
pub(crate) struct TagPath(
    /// The tag, percent-encoded
    #[param(example = "vip")]
    pub(crate) String,
);

impl FromRequestParts<SharedState> for TagPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &SharedState) -> Result<Self> {
        match Path::<String>::from_request_parts(parts, state).await {
            Ok(Path(tag)) => valid_tag(tag).map(Self),
            Err(_) => Err(bad_parameter("tag", "tag must be text in UTF-8, percent-encoded.")),
        }
    }
}

/// Returns the tag of a path, unless it contains NUL, which no tag may contain.
fn valid_tag(tag: String) -> Result<String> {
    match tag.contains('\0') {
        true => Err(bad_parameter("tag", "tag must not have a NUL character.")),
        false => Ok(tag),
    }
}

/// Returns the error for an id in a path that is not a UUID.
fn not_a_uuid(parameter: &str) -> ApiError {
    let example = "3c90c3cc-0d44-4b50-8888-8dd25736052a";
    bad_parameter(parameter, format!("{parameter} must be a UUID with hyphens, such as {example}."))
}
