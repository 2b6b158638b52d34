//! Every operation on the database that is not a write of contacts or a read of contacts by id or list: operations on
//! companies, API keys, custom fields and agents, reads of tags and threads, and the maintenance of the database, such
//! as removing expired responses. Both databases share each operation.

pub(crate) mod agent;
mod api_key;
pub(crate) mod changes;
pub(crate) mod companies;
pub(crate) mod custom_field;
mod expired;
mod first_company;
mod key_use;
mod locked_contacts;
pub(crate) mod operation;
mod page;
pub(crate) mod rules_progress;
mod server_secret;
pub(crate) mod survivor;
mod tag;
pub(crate) mod thread;
mod webhook;
mod webhook_attempt;
mod webhook_delivery;
mod whoami;

pub use agent::{CreateAgent, DeleteAgent, ListAgents, UpdateAgent};
pub use api_key::{Authorization, CreateApiKey, FindApiKey, ListAllApiKeys, ListApiKeys, RevokeApiKey};
pub use changes::{
    ChangesPage, FeedStart, HashOfChange, LatestChanges, ListCompaniesWithOldChanges, ListUnsealedCompanies,
    Origin, ReadChanges, RemoveOldChanges,
};
pub(crate) use changes::{HashNextChanges, NextHashes, StoreHashes};
pub use companies::{CreateCompany, ListCompanies, UpdateCompany};
pub use custom_field::{CreateCustomField, DeleteCustomField, ListCustomFields, RenameCustomField};
pub use expired::{ListExpiredContacts, RemoveExpiredResponses};
pub use first_company::{CreateFirstCompany, FirstCompany, StoreFirstKey};
pub use key_use::{KeyUse, RecordKeyUses};
pub use locked_contacts::LockMentionedContacts;
pub use operation::StoreOperation;
pub use page::Page;
pub use server_secret::{FindSecret, GetOrCreateSecret};
pub use survivor::FindSurvivor;
pub use tag::{CountTaggedContacts, ListTaggedContacts, ListTags, TaggedPosition};
pub use thread::ListThreads;
pub use webhook::{
    CreateWebhook, DeleteWebhook, ListWebhooks, ReplayWebhook, RotateWebhookSecret, UpdateWebhook,
};
pub use webhook_attempt::{ListWebhookAttempts, RecordResend};
pub use webhook_delivery::{
    ClaimWebhooks, GetWebhookTarget, ListDueWebhooks, StoreWebhookProgress, WebhookProgress, WebhookTarget,
};
pub use whoami::DescribeCaller;
