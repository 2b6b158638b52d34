//! Ids as arguments.

use contact_client::ContactId;
use contact_client::model::{AgentId, ApiKeyId, CustomFieldId, WebhookId};

/// Reads the id of a contact.
pub(crate) fn contact(text: &str) -> Result<ContactId, String> {
    read(text, "contacts list")
}

/// Reads the id of an agent.
pub(crate) fn agent(text: &str) -> Result<AgentId, String> {
    read(text, "contacts agent list")
}

/// Reads the id of a custom field.
pub(crate) fn custom_field(text: &str) -> Result<CustomFieldId, String> {
    read(text, "contacts custom-field list")
}

/// Reads the id of an API key.
pub(crate) fn api_key(text: &str) -> Result<ApiKeyId, String> {
    read(text, "contacts api-key list")
}

/// Reads the id of a webhook.
pub(crate) fn webhook(text: &str) -> Result<WebhookId, String> {
    read(text, "contacts webhook list")
}

/// Reads an id. The error names the command that lists the ids.
fn read<I: std::str::FromStr<Err: std::fmt::Display>>(text: &str, list: &str) -> Result<I, String> {
    text.parse().map_err(|error| format!("{error}; list the ids with `{list}`"))
}
