//! The tags of the operations: one for each resource.

use utoipa::openapi::tag::{Tag, TagBuilder};

pub(crate) const CONTACTS: &str = "Contacts";
pub(crate) const BATCH: &str = "Batch";
pub(crate) const TAGS: &str = "Tags";
pub(crate) const THREADS: &str = "Threads";
pub(crate) const HISTORY: &str = "History";
pub(crate) const AGENTS: &str = "Agents";
pub(crate) const CUSTOM_FIELDS: &str = "Custom fields";
pub(crate) const WEBHOOKS: &str = "Webhooks";
pub(crate) const API_KEYS: &str = "API keys";

/// Returns the tags with their descriptions, in the order in which documentation shows them.
pub(super) fn described() -> Vec<Tag> {
    let tags = [
        (CONTACTS, "People and businesses: create, update, get, list, delete and restore them."),
        (BATCH, "Many writes of contacts in one request."),
        (TAGS, "The tags of contacts: add, remove, list and rename them."),
        (THREADS, "What happened between an agent and a contact, such as a call or a chat."),
        (HISTORY, "What changed in contacts: when, by whom, and from which values to which."),
        (
            AGENTS,
            "The people or programs that communicate with contacts, and the active agent of a contact, who chats with \
             it.",
        ),
        (CUSTOM_FIELDS, "The fields that the company has defined for its contacts."),
        (WEBHOOKS, "URLs to which the server sends the changes of contacts."),
        (API_KEYS, "The keys with which programs use the API."),
    ];
    tags.map(|(name, text)| TagBuilder::new().name(name).description(Some(text)).build()).into()
}
