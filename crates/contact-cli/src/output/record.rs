//! The objects that can be printed, with their keys.

use contact_client::model::changes::revert::RevertedContact;
use contact_client::model::webhooks::SetAsideChange;
use contact_client::model::{
    Agent, AgentThread, ChangeEntry, Contact, ContactDetail, ContactReceipt, CreatedApiKey, CreatedWebhook,
    CustomField, ItemAnswer, ListedApiKey, RenamedTag, RotatedWebhookSecret, TagCount, ThreadReceipt,
    Webhook, WebhookAttempt, WebhookReplayed,
};
use serde::Serialize;

use super::cell::Fields;
use crate::contact_fields::response_keys;
use crate::failure::Failure;

/// An object that can be printed.
pub(crate) trait Record: Serialize {
    /// The key whose value `--quiet` prints, or a path such as `contact.id`.
    const ID: &'static str;
    /// The columns of a table.
    const COLUMNS: &'static [&'static str];
    /// The first columns of CSV, which are printed even if there is no entry. Other keys of the first entry follow.
    const KEYS: &'static [&'static str];
    /// The keys that a record has only if they are requested.
    const FURTHER_KEYS: &'static [&'static str] = &[];
}

/// Returns the keys of a record in their order.
///
/// # Errors
/// The record is not a JSON object.
pub(crate) fn fields(record: &impl Serialize) -> Result<Fields, Failure> {
    let text = serde_json::to_string(record);
    text.and_then(|text| serde_json::from_str(&text)).map_err(Failure::unprintable)
}

/// The result of a delete, which the API answers with an empty body.
#[derive(Debug, Serialize)]
pub(crate) struct Deleted {
    /// The id of the object.
    pub(crate) deleted: String,
}

impl Record for Contact {
    const ID: &'static str = "id";
    const COLUMNS: &'static [&'static str] = &["id", "name", "phone", "email", "tags"];
    const KEYS: &'static [&'static str] = &response_keys::<12>(false);
    const FURTHER_KEYS: &'static [&'static str] = &response_keys::<5>(true);
}

/// Implements [`Record`] for types: each with its `ID`, its `COLUMNS` and its `KEYS`.
macro_rules! records {
    ($($record:ty, $id:literal, [$($column:literal),+], [$($key:literal),*];)+) => {
        $(
            impl $crate::output::record::Record for $record {
                const ID: &'static str = $id;
                const COLUMNS: &'static [&'static str] = &[$($column),+];
                const KEYS: &'static [&'static str] = &[$($key),*];
            }
        )+
    };
}

pub(crate) use records;

records! {
    ContactDetail, "id", ["id"], [];
    ContactReceipt, "contact.id", ["contact", "receipt"], ["contact", "receipt"];
    ThreadReceipt, "contact.id", ["contact", "thread", "receipt"], ["contact", "thread", "receipt"];
    ItemAnswer, "id", ["status", "id", "problem", "ignored"], ["status", "id", "problem", "ignored"];
    AgentThread, "id",
        ["created_at", "type", "status", "direction", "duration", "agent_name"],
        ["id", "agent_name", "agent_id", "type", "status", "direction", "duration", "created_at"];
    ChangeEntry, "sequence",
        ["sequence", "at", "action", "key", "changed"],
        ["sequence", "contact_id", "action", "at", "key", "request_id", "changed"];
    TagCount, "tag", ["tag", "contacts"], ["tag", "contacts"];
    RevertedContact, "contact_id", ["contact_id", "action", "reverted", "left"],
        ["contact_id", "action", "reverted", "left"];
    RenamedTag, "tag", ["tag", "changed"], ["tag", "changed"];
    Agent, "id", ["id", "name", "active"], ["id", "name", "active", "created_at"];
    CustomField, "id", ["id", "name", "type", "options"], ["id", "name", "type", "options", "created_at"];
    ListedApiKey, "id",
        ["id", "name", "access", "hint", "expires_at", "revoked_at", "last_used_at"],
        ["id", "name", "hint", "access", "created_at", "expires_at", "revoked_at", "last_used_at"];
    // The key itself, because no other response contains it.
    CreatedApiKey, "key", ["id", "name", "access", "key"], [];
    Webhook, "id",
        ["id", "url", "active", "sequence", "failures", "disabled_reason"],
        [
            "id", "url", "actions", "fields", "active", "created_at", "sequence", "failures", "failing_since",
            "next_attempt_at", "disabled_at", "disabled_reason", "previous_secret_until"
        ];
    // The secrets themselves, because no other responses contain them.
    CreatedWebhook, "secret", ["id", "url", "secret"], [];
    RotatedWebhookSecret, "secret", ["id", "secret", "previous_secret_until"], [];
    WebhookReplayed, "count", ["from", "count"], ["from", "count"];
    WebhookAttempt, "outcome",
        ["at", "sequence", "outcome", "status", "error", "duration_ms"],
        ["at", "sequence", "outcome", "status", "error", "duration_ms"];
    SetAsideChange, "sequence", ["sequence", "at"], ["sequence", "at"];
    Deleted, "deleted", ["deleted"], ["deleted"];
}
