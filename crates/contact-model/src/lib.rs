//! The types that are sent over the contacts API, and the rules of its contract.
//!
//! The crate is pure: it reads no clock, database or socket. The server, the client and the command line call
//! the same rules. Each rule is in one module:
//!
//! | rule | module |
//! | --- | --- |
//! | names: splitting, composing and title-casing | [`name`] |
//! | email addresses and phone numbers: the stored value and the matching key | [`email`], [`phone`] |
//! | invisible characters | [`invisible`] |
//! | the contact that a create applies to | [`matching`] |
//! | lead source, tags and custom fields | [`lead_source`], [`tags`], [`custom_field`] |
//! | whether a field is absent, `null` or a value | [`patch`] |
//! | listing contacts: filters, order and pages | [`list`] |
//! | searching, and sorting by name | [`search`] |
//! | the keys that find a custom field's value | [`value_key`] |
//! | a contact stored exactly as given | [`insert`] |
//! | many writes in one request | [`batch`], [`upsert`] |
//! | entity tags, and the conditions that requests set on them | [`entity_tag`], [`precondition`] |
//! | reading a request body and reporting all invalid fields at once | [`body`], [`violation`] |
//! | what strict handling refuses | [`body`], [`custom_field`], [`matching`]; [`handling`] |
//! | receipts: what a write changed, field by field | [`receipt`] |
//! | building a create or an update key by key | [`request_keys`] |
//! | idempotency keys, and when two requests are the same | [`idempotency`] |
//! | who the caller is | [`whoami`] |
//! | limits | [`limits`] |
//!
//! The documentation of each rule names its source. **Documented** means that the documentation of the public
//! API states the rule. **Decided** means that this project chose the rule because that documentation is
//! silent. **Extension** means that the feature does not exist in that documentation.

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
pub mod fields;
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
mod number_text;
pub mod parameters;
pub mod patch;
pub mod phone;
pub mod precondition;
pub mod problem;
pub mod receipt;
pub mod request_keys;
mod schema;
pub mod search;
pub mod secret_file;
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
pub use body::RequestBody;
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
pub use fields::ContactFields;
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
