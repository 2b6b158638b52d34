//! The types that travel over the contacts API and every rule of its contract.
//!
//! Pure: nothing here reads a clock, a database or a socket, so the server, the client and the
//! command line can all call the same rule. Each rule has one home:
//!
//! | rule | module |
//! | --- | --- |
//! | names: splitting, composing, title-casing | [`name`] |
//! | email and phone: what is stored, what they match on | [`email`], [`phone`] |
//! | characters that nobody sees | [`invisible`] |
//! | which contact a create hits | [`matching`] |
//! | lead source, tags, custom fields | [`lead_source`], [`tags`], [`custom_field`] |
//! | absent, `null`, value | [`patch`] |
//! | listing contacts: filters, order, pages | [`list`] |
//! | searching, and sorting by name | [`search`] |
//! | what a custom field's value is found by | [`value_key`] |
//! | a contact stored exactly as given | [`insert`] |
//! | many writes in one request | [`batch`], [`upsert`] |
//! | which state of a contact is shown, and which one a request asks for | [`entity_tag`], [`precondition`] |
//! | reading a request body, all bad fields at once | [`body`], [`violation`] |
//! | what is refused under strict handling | [`body`], [`custom_field`], [`matching`]; [`handling`] |
//! | what a write did, field by field | [`receipt`] |
//! | building a create or an update key by key | [`request_keys`] |
//! | requests that are sent again: their keys, what makes them the same | [`idempotency`] |
//! | who the caller is | [`whoami`] |
//! | limits | [`limits`] |
//!
//! In the documentation of each rule, **documented** means that the public API's documentation
//! says so, **decided** that we chose where it is silent, **extension** that it is ours.

pub mod access;
pub mod agent;
pub mod agent_requests;
pub mod api_key;
pub mod api_key_requests;
pub mod batch;
pub mod body;
pub mod clock;
pub mod company;
pub mod contact;
pub mod contact_state;
pub mod country;
pub mod create;
mod cursor_word;
pub mod custom_field;
pub mod custom_field_requests;
pub mod detail;
pub mod email;
pub mod entity_tag;
pub mod extra;
pub mod handling;
pub mod header_list;
pub mod id;
pub mod id_cursor;
pub mod idempotency;
pub mod ignored_fields;
pub mod include;
pub mod insert;
pub mod invisible;
pub mod json_text;
pub mod lead_source;
pub mod limits;
pub mod list;
pub mod matching;
pub mod name;
mod nested;
mod number_text;
pub mod parameters;
pub mod patch;
pub mod phone;
pub mod precondition;
pub mod problem;
pub mod receipt;
pub mod request_keys;
pub mod search;
pub mod tag_list;
pub mod tags;
pub mod thread_cursor;
pub mod timestamp;
pub mod update;
pub mod upsert;
pub mod value_key;
pub mod violation;
pub mod whoami;

pub use access::Access;
pub use agent::{ActiveAgentChoice, ActiveChatAgent, Agent, AgentThread, NewAgent, NewThread};
pub use agent_requests::{AgentList, AgentUpdate};
pub use api_key::ApiKey;
pub use api_key_requests::{ApiKeyList, CreatedApiKey, ListedApiKey, NewApiKey};
pub use batch::{Batch, BatchAnswer, BatchItem, ItemAnswer, ItemOperation, ItemProblem};
pub use company::{ApiKeyInfo, Company};
pub use contact::Contact;
pub use contact_state::ContactState;
pub use country::Country;
pub use create::ContactCreate;
pub use cursor_word::BadCursor;
pub use custom_field::{CustomField, CustomFieldPatch, CustomFieldType};
pub use custom_field_requests::{CustomFieldList, CustomFieldRename};
pub use detail::ContactDetail;
pub use entity_tag::EntityTag;
pub use extra::Extra;
pub use handling::{Handling, SentBody};
pub use id::{AgentId, ApiKeyId, CompanyId, ContactId, CustomFieldId, ThreadId};
pub use id_cursor::{IdCursor, ListedId};
pub use idempotency::{IdempotencyKey, KeyedRequest};
pub use include::Include;
pub use insert::ContactInsert;
pub use json_text::{JsonText, UnfitJson};
pub use lead_source::LeadSource;
pub use list::{ContactList, ContactQuery, Cursor, Filters, Sort, SortKey, SortValue};
pub use matching::{MatchPolicy, MatchedBy};
pub use parameters::Parameters;
pub use patch::Patch;
pub use precondition::Precondition;
pub use problem::{Problem, ProblemType};
pub use receipt::{ContactReceipt, ThreadReceipt};
pub use tags::{NewTags, RenamedTag, TagRename};
pub use thread_cursor::{ThreadCursor, ThreadList};
pub use timestamp::Timestamp;
pub use update::ContactUpdate;
pub use upsert::ContactUpsert;
pub use violation::{Violation, ViolationCode, Violations};
pub use whoami::Whoami;
