//! The operations of the API, as [`Call`](crate::Call) tells them apart, and what can be said on each.
//!
//! There is nothing to use here by name: a method of [`Client`](crate::Client) makes a call of its
//! operation, and the traits say which methods of a call it has. So what an operation does not know cannot be
//! said of it:
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

use contact_model::{
    Agent, AgentList, AgentThread, ApiKeyList, BatchAnswer, Contact, ContactDetail, ContactList,
    ContactReceipt, CreatedApiKey, CustomField, CustomFieldList, RenamedTag, TagList, ThreadList,
    ThreadReceipt,
};

use crate::{CreatedOrUpdated, FromAnswer};

/// An operation of the API.
pub trait Operation: sealed::Sealed + Send + 'static {
    /// Its name in the API's description.
    const ID: &'static str;
    /// What it answers, unless the call asks for something else.
    type Answer: FromAnswer;
}

/// It writes something: the call carries an idempotency key.
pub trait Writes: Operation {}

/// It takes a body: the call can ask for strict handling of it.
pub trait TakesBody: Operation {}

/// It shows contacts: the call can ask for optional keys of them.
pub trait ShowsContacts: Operation {}

/// It writes contacts: the call can ask for receipts.
pub trait GivesReceipt: Operation {
    /// What it answers then.
    type Receipt: FromAnswer;
}

/// It writes a contact that is there: the call can say which state of it is meant.
pub trait WritesInState: Operation {}

/// It looks for existing contacts by phone number and email address: the call can say which counts.
pub trait Matches: Operation {}

/// It lists something page by page.
pub trait Lists: Operation {}

mod sealed {
    pub trait Sealed {}
}

macro_rules! operations {
    ($($(#[$doc:meta])* $name:ident = $id:literal -> $answer:ty { $($can:ident $(= $receipt:ty)?),* })+) => {
        $(
            $(#[$doc])*
            #[derive(Debug)]
            pub enum $name {}

            impl sealed::Sealed for $name {}
            impl Operation for $name {
                const ID: &'static str = $id;
                type Answer = $answer;
            }
            $(impl $can for $name {
                $(type Receipt = $receipt;)?
            })*
        )+
    };
}

operations! {
    /// `GET /contacts/`
    ListContacts = "list_contacts" -> ContactList { ShowsContacts, Lists }
    /// `POST /contacts/`
    CreateContact = "create_contact" -> CreatedOrUpdated {
        Writes, TakesBody, ShowsContacts, Matches, GivesReceipt = ContactReceipt
    }
    /// `GET /contacts/{contact_id}/`
    GetContact = "get_contact" -> ContactDetail { ShowsContacts }
    /// `PATCH /contacts/{contact_id}/`
    UpdateContact = "update_contact" -> Contact {
        Writes, TakesBody, ShowsContacts, WritesInState, GivesReceipt = ContactReceipt
    }
    /// `DELETE /contacts/{contact_id}/`
    DeleteContact = "delete_contact" -> () {
        Writes, ShowsContacts, WritesInState, GivesReceipt = ContactReceipt
    }
    /// `POST /contacts/{contact_id}/restore/`
    RestoreContact = "restore_contact" -> Contact {
        Writes, ShowsContacts, WritesInState, GivesReceipt = ContactReceipt
    }
    /// `POST /contacts/batch/`
    WriteBatch = "write_batch" -> BatchAnswer {
        Writes, TakesBody, ShowsContacts, Matches, GivesReceipt = BatchAnswer
    }
    /// `PUT /contacts/{contact_id}/active-agent/`
    SetActiveAgent = "set_active_agent" -> Contact {
        Writes, TakesBody, ShowsContacts, WritesInState, GivesReceipt = ContactReceipt
    }
    /// `GET /contacts/{contact_id}/threads/`
    ListThreads = "list_threads" -> ThreadList { Lists }
    /// `POST /contacts/{contact_id}/threads/`
    RecordThread = "record_thread" -> AgentThread {
        Writes, TakesBody, ShowsContacts, WritesInState, GivesReceipt = ThreadReceipt
    }
    /// `POST /contacts/{contact_id}/tags/`
    AddTags = "add_tags" -> Contact {
        Writes, TakesBody, ShowsContacts, WritesInState, GivesReceipt = ContactReceipt
    }
    /// `DELETE /contacts/{contact_id}/tags/{tag}/`
    RemoveTag = "remove_tag" -> Contact {
        Writes, ShowsContacts, WritesInState, GivesReceipt = ContactReceipt
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
    /// `GET /whoami/`
    Whoami = "describe_caller" -> contact_model::Whoami {}
}
