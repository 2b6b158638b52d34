//! Descriptions of the parameters in paths.

use contact_model::{AgentId, ApiKeyId, ContactId, CustomFieldId};
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::{RefOr, Required, Schema};
use utoipa::{IntoParams, PartialSchema};

use crate::extract::{AgentPath, ApiKeyPath, ContactPath, ContactTagPath, CustomFieldPath, TagPath};

macro_rules! path_parameters {
    ($($path:ident: $($name:literal $schema:ty, $text:literal);+,)+) => {$(
        impl IntoParams for $path {
            fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
                vec![$(parameter($name, $text, <$schema>::schema())),+]
            }
        }
    )+};
}

path_parameters! {
    ContactPath: "contact_id" ContactId, "The ID of the contact",
    ContactTagPath:
        "contact_id" ContactId, "The ID of the contact";
        "tag" String, "The tag, percent-encoded",
    TagPath: "tag" String, "The tag, percent-encoded",
    AgentPath: "agent_id" AgentId, "The ID of the agent",
    CustomFieldPath: "custom_field_id" CustomFieldId, "The ID of the custom field",
    ApiKeyPath: "api_key_id" ApiKeyId, "The ID of the API key",
}

fn parameter(name: &str, text: &str, schema: RefOr<Schema>) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some(text))
        .schema(Some(schema))
        .build()
}
