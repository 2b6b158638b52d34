//! The operations of the API, and the options that each of them accepts.
//!
//! Programs rarely name these types: a method of [`Client`](crate::Client) returns a [`Call`](crate::Call) of its
//! operation, and the traits of the operation determine the methods of the call. So an option that an operation does not
//! accept does not compile:
//!
//! ```
//! # use contact_client::{Client, ContactId, ETag};
//! fn delete(client: &Client, id: ContactId, tag: &ETag) {
//!     let _ = client.delete_contact(id).if_match(tag);
//! }
//! ```
//!
//! ```compile_fail,E0599
//! # use contact_client::{Client, ContactId, ETag};
//! fn list(client: &Client, id: ContactId, tag: &ETag) {
//!     let _ = client.list_threads(id).if_match(tag);
//! }
//! ```

use contact_model::changes::{ChangeFeed, LogHash};
use contact_model::list::DuplicateList;
use contact_model::{
    Agent, AgentList, AgentThread, ApiKeyList, BatchAnswer, Contact, ContactDetail, ContactHistory,
    ContactList, ContactReceipt, CreatedApiKey, CreatedWebhook, CustomField, CustomFieldList, RenamedTag,
    RevertedChanges, RotatedWebhookSecret, TagList, ThreadList, ThreadReceipt, Webhook, WebhookAttempt,
    WebhookAttemptList, WebhookList, WebhookReplayed,
};

use crate::{CreatedOrUpdated, FromResponse};

/// An operation of the API.
pub trait Operation: sealed::Sealed + Send + 'static {
    /// Its `operationId` in the API description.
    const ID: &'static str;
    /// The body of its response, unless an option of the call changes it.
    type Response: FromResponse;
}

/// An operation that writes. Its call sends an idempotency key, and can be a dry run.
pub trait Writes: Operation {}

/// An operation whose request has a body. Its call can be strict.
pub trait TakesBody: Operation {}

/// An operation that returns contacts. Its call can include optional keys of them.
pub trait ReturnsContacts: Operation {}

/// An operation that writes contacts. Its call can return receipts.
pub trait ReturnsReceipt: Operation {
    /// The body of the response with a receipt.
    type Receipt: FromResponse;
}

/// An operation that writes an existing contact. Its call can depend on the state of the contact.
pub trait AcceptsIfMatch: Operation {}

/// An operation that finds existing contacts by phone number and email address. Its call can set which of them counts.
pub trait MatchesContacts: Operation {}

/// An operation that returns a list in pages. Its call can be read as a stream.
pub trait Lists: Operation {}

mod sealed {
    pub trait Sealed {}
}

macro_rules! operations {
    ($($(#[$doc:meta])* $name:ident = $id:literal -> $response:ty { $($accepts:ident $(= $receipt:ty)?),* })+) => {
        $(
            $(#[$doc])*
            #[derive(Debug)]
            pub enum $name {}

            impl sealed::Sealed for $name {}
            impl Operation for $name {
                const ID: &'static str = $id;
                type Response = $response;
            }
            $(impl $accepts for $name {
                $(type Receipt = $receipt;)?
            })*
        )+
    };
}

operations! {
    /// `GET /contacts/`
    ListContacts = "list_contacts" -> ContactList { ReturnsContacts, Lists }
    /// `POST /contacts/`
    CreateContact = "create_contact" -> CreatedOrUpdated {
        Writes, TakesBody, ReturnsContacts, MatchesContacts, ReturnsReceipt = ContactReceipt
    }
    /// `GET /contacts/{contact_id}/`
    GetContact = "get_contact" -> ContactDetail { ReturnsContacts }
    /// `PATCH /contacts/{contact_id}/`
    UpdateContact = "update_contact" -> Contact {
        Writes, TakesBody, ReturnsContacts, AcceptsIfMatch, ReturnsReceipt = ContactReceipt
    }
    /// `DELETE /contacts/{contact_id}/`
    DeleteContact = "delete_contact" -> () {
        Writes, ReturnsContacts, AcceptsIfMatch, ReturnsReceipt = ContactReceipt
    }
    /// `POST /contacts/{contact_id}/restore/`
    RestoreContact = "restore_contact" -> Contact {
        Writes, ReturnsContacts, AcceptsIfMatch, ReturnsReceipt = ContactReceipt
    }
    /// `GET /contacts/duplicates/`
    ListDuplicates = "list_duplicates" -> DuplicateList { Lists }
    /// `POST /contacts/{contact_id}/merge/`
    MergeContacts = "merge_contacts" -> Contact {
        Writes, TakesBody, ReturnsContacts, AcceptsIfMatch, ReturnsReceipt = ContactReceipt
    }
    /// `POST /contacts/batch/`
    WriteBatch = "write_batch" -> BatchAnswer {
        Writes, TakesBody, ReturnsContacts, MatchesContacts, ReturnsReceipt = BatchAnswer
    }
    /// `PUT /contacts/{contact_id}/active-agent/`
    SetActiveAgent = "set_active_agent" -> Contact {
        Writes, TakesBody, ReturnsContacts, AcceptsIfMatch, ReturnsReceipt = ContactReceipt
    }
    /// `GET /contacts/{contact_id}/threads/`
    ListThreads = "list_threads" -> ThreadList { Lists }
    /// `POST /contacts/{contact_id}/threads/`
    RecordThread = "record_thread" -> AgentThread {
        Writes, TakesBody, ReturnsContacts, AcceptsIfMatch, ReturnsReceipt = ThreadReceipt
    }
    /// `GET /contacts/{contact_id}/history/`
    ListHistory = "list_history" -> ContactHistory { Lists }
    /// `GET /changes/`
    ReadChanges = "read_changes" -> ChangeFeed {}
    /// `GET /changes/verify/`
    VerifyChanges = "verify_changes" -> LogHash {}
    /// `POST /changes/revert/`
    RevertChanges = "revert_changes" -> RevertedChanges { Writes, TakesBody }
    /// `POST /contacts/{contact_id}/tags/`
    AddTags = "add_tags" -> Contact {
        Writes, TakesBody, ReturnsContacts, AcceptsIfMatch, ReturnsReceipt = ContactReceipt
    }
    /// `DELETE /contacts/{contact_id}/tags/{tag}/`
    RemoveTag = "remove_tag" -> Contact {
        Writes, ReturnsContacts, AcceptsIfMatch, ReturnsReceipt = ContactReceipt
    }
    /// `GET /tags/`
    ListTags = "list_tags" -> TagList { Lists }
    /// `PATCH /tags/{tag}/`
    RenameTag = "rename_tag" -> RenamedTag { Writes, TakesBody }
    /// `GET /agents/`
    ListAgents = "list_agents" -> AgentList { Lists }
    /// `POST /agents/`
    CreateAgent = "create_agent" -> Agent { Writes, TakesBody }
    /// `PATCH /agents/{agent_id}/`
    UpdateAgent = "update_agent" -> Agent { Writes, TakesBody }
    /// `DELETE /agents/{agent_id}/`
    DeleteAgent = "delete_agent" -> () { Writes }
    /// `GET /custom-fields/`
    ListCustomFields = "list_custom_fields" -> CustomFieldList {}
    /// `POST /custom-fields/`
    CreateCustomField = "create_custom_field" -> CustomField { Writes, TakesBody }
    /// `PATCH /custom-fields/{custom_field_id}/`
    RenameCustomField = "rename_custom_field" -> CustomField { Writes, TakesBody }
    /// `DELETE /custom-fields/{custom_field_id}/`
    DeleteCustomField = "delete_custom_field" -> () { Writes }
    /// `GET /api-keys/`
    ListApiKeys = "list_api_keys" -> ApiKeyList { Lists }
    /// `POST /api-keys/`
    CreateApiKey = "create_api_key" -> CreatedApiKey { Writes, TakesBody }
    /// `DELETE /api-keys/{api_key_id}/`
    RevokeApiKey = "revoke_api_key" -> () { Writes }
    /// `GET /webhooks/`
    ListWebhooks = "list_webhooks" -> WebhookList { Lists }
    /// `POST /webhooks/`
    CreateWebhook = "create_webhook" -> CreatedWebhook { Writes, TakesBody }
    /// `PATCH /webhooks/{webhook_id}/`
    UpdateWebhook = "update_webhook" -> Webhook { Writes, TakesBody }
    /// `DELETE /webhooks/{webhook_id}/`
    DeleteWebhook = "delete_webhook" -> () { Writes }
    /// `POST /webhooks/{webhook_id}/rotate-secret/`
    RotateWebhookSecret = "rotate_webhook_secret" -> RotatedWebhookSecret { Writes }
    /// `POST /webhooks/{webhook_id}/replay/`
    ReplayWebhook = "replay_webhook" -> WebhookReplayed { Writes, TakesBody }
    /// `POST /webhooks/{webhook_id}/resend/`
    ResendWebhookChange = "resend_webhook_change" -> WebhookAttempt { Writes, TakesBody }
    /// `POST /webhooks/{webhook_id}/test/`
    TestWebhook = "test_webhook" -> WebhookAttempt { Writes }
    /// `GET /webhooks/{webhook_id}/attempts/`
    ListWebhookAttempts = "list_webhook_attempts" -> WebhookAttemptList {}
    /// `GET /whoami/`
    Whoami = "describe_caller" -> contact_model::Whoami {}
}
