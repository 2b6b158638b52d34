//! What a request brings, checked: a handler that runs has all it needs.

mod base_url;
mod body;
mod conditions;
mod id_path;
mod include;
mod prefer;
mod prefer_parameter;
mod query;

pub(crate) use base_url::BaseUrl;
pub(crate) use body::Body;
pub(crate) use conditions::{IfMatch, IfNoneMatch};
pub(crate) use id_path::{AgentPath, ApiKeyPath, ContactPath, ContactTagPath, CustomFieldPath};
pub(crate) use include::IncludeQuery;
pub(crate) use prefer::{Prefer, Preference};
pub(crate) use prefer_parameter::{
    BatchPreferences, BodyPreferences, ContactBodyPreferences, ContactPreferences, CreatePreferences,
    knows_receipts,
};
pub(crate) use query::{FromQuery, Query, bad_parameter, query_pairs, read_boolean, read_page_size};
