//! A company: its API keys, the tags of its contacts, and how its keys see it. Extension.

mod access;
pub mod api_key;
mod api_key_requests;
mod company_info;
mod rate_limit;
mod tag_list;
mod tag_requests;
mod whoami;

pub use access::Access;
pub use api_key::ApiKey;
pub use api_key_requests::{ApiKeyList, CreatedApiKey, ListedApiKey, NewApiKey};
pub use company_info::{ApiKeyInfo, Company};
pub use rate_limit::{RateLimit, RateLimits, RequestKind};
pub use tag_list::{TagCount, TagCursor, TagList};
pub use tag_requests::{NewTags, RenamedTag, TagRename};
pub use whoami::{Whoami, WhoamiApiKey, WhoamiCompany};
