//! The types that are sent over the contacts API, and the rules of its contract.
//!
//! The crate is pure: it reads no clock, database or socket. The server, the client and the command line call
//! the same rules. Each rule is in one module:
//!
//! | rule | module |
//! | --- | --- |
//! | the fields of a contact, and what a create, an update and an insert do with them | [`contact`] |
//! | names: splitting, composing and title-casing | [`name`] |
//! | email addresses and phone numbers: the stored value and the matching key | [`email`], [`phone`] |
//! | invisible characters | [`invisible`] |
//! | the contact that a create applies to | [`matching`] |
//! | merging two contacts | [`contact`] |
//! | tags | [`tags`] |
//! | custom fields, and the keys that find their values | [`custom_field`], [`value_key`] |
//! | whether a field is absent, `null` or a value | [`patch`] |
//! | listing contacts: filters, order and pages | [`list`] |
//! | searching, and sorting by name | [`search`] |
//! | many writes in one request | [`batch`] |
//! | entity tags, and the conditions that requests set on them | [`entity_tag`], [`precondition`] |
//! | reading a request body and reporting all invalid fields at once | [`body`], [`problem`] |
//! | reading a query string and reporting all invalid parameters at once | [`parameters`] |
//! | what strict handling refuses | [`body`], [`custom_field`], [`matching`]; [`Handling`] |
//! | receipts: what a write changed, field by field | [`receipt`] |
//! | the log of changes | [`changes`] |
//! | idempotency keys, and when two requests are the same | [`idempotency`] |
//! | agents and threads | [`agents`] |
//! | API keys, and who the caller is | [`company`] |
//! | webhooks: their events, signatures, addresses and retries | [`webhooks`] |
//! | limits | [`limits`] |
//!
//! The documentation of each rule names its source. **Documented** means that the documentation of the public
//! API states the rule. **Decided** means that this project chose the rule because that documentation is
//! silent. **Extension** means that the feature does not exist in that documentation.

pub mod agents;
pub mod batch;
pub mod body;
pub mod changes;
pub mod clock;
pub mod company;
pub mod contact;
pub mod custom_field;
pub mod headers;
pub mod id;
pub mod idempotency;
pub mod json;
pub mod limits;
pub mod list;
pub mod matching;
pub mod normalisation;
pub mod parameters;
pub mod patch;
pub mod problem;
pub mod receipt;
mod schema;
pub mod search;
pub mod secret_file;
mod string_enum;
pub mod timestamp;
pub mod webhooks;

pub use agents::{
    ActiveAgentChoice, ActiveChatAgent, Agent, AgentList, AgentThread, AgentUpdate, NewAgent, NewThread,
    ThreadCursor, ThreadList,
};
pub use batch::{Batch, BatchAnswer, BatchItem, ItemAnswer, ItemOperation, ItemProblem};
pub use body::{RequestBody, SentBody};
pub use changes::revert::{RevertChanges, RevertedChanges};
pub use changes::{ChangeAction, ChangeEntry, ChangeKey, ContactHistory};
pub use company::{
    Access, ApiKey, ApiKeyInfo, ApiKeyList, Company, CreatedApiKey, ListedApiKey, NewApiKey, NewTags,
    RenamedTag, TagCount, TagCursor, TagList, TagRename, Whoami,
};
pub use contact::{
    Contact, ContactCreate, ContactDetail, ContactFields, ContactInsert, ContactMerge, ContactState,
    ContactUpdate, ContactUpsert, Include, Included, LeadSource, tags,
};
pub use custom_field::{
    CustomField, CustomFieldList, CustomFieldPatch, CustomFieldRename, CustomFieldType, NewCustomField,
    value_key,
};
pub use headers::{
    EntityTag, Handling, OperationId, Precondition, entity_tag, header_list, ignored_fields, precondition,
};
pub use id::{AgentId, ApiKeyId, CompanyId, ContactId, CustomFieldId, ThreadId, WebhookId};
pub use idempotency::{IdempotencyKey, KeyedRequest};
pub use json::{JsonText, JsonTextError};
pub use list::{
    ContactList, ContactQuery, Cursor, CursorId, Filters, IdCursor, InvalidCursor, Sort, SortKey, SortValue,
};
pub use matching::{MatchPolicy, MatchedBy};
pub use normalisation::{Country, email, invisible, name, phone};
pub use parameters::Parameters;
pub use patch::Patch;
pub use problem::{Problem, ProblemType, Violation, ViolationCode, Violations};
pub use receipt::{ContactReceipt, ThreadReceipt};
pub use timestamp::Timestamp;
pub use webhooks::{
    CreatedWebhook, NewWebhook, RotatedWebhookSecret, Webhook, WebhookAttempt, WebhookAttemptList,
    WebhookList, WebhookReplay, WebhookReplayed, WebhookResend, WebhookUpdate,
};
