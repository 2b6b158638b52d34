//! The extractors. They read and check everything that a handler needs before it runs.

mod batch_limit;
mod body;
mod conditions;
mod id_path;
mod include;
mod list_query;
mod page_query;
mod prefer;
mod query;
mod write_headers;

pub(crate) use batch_limit::batch_limit;
pub(crate) use body::{Body, FromJson, arrive};
pub(crate) use conditions::{IfMatch, IfNoneMatch};
pub(crate) use id_path::{
    AgentPath, ApiKeyPath, ContactPath, ContactTagPath, CustomFieldPath, TagPath, not_a_uuid,
};
pub(crate) use include::IncludeQuery;
pub(crate) use list_query::ListQuery;
pub(crate) use page_query::{PageParameters, PageQuery};
pub(crate) use prefer::{PREFER, Prefer, Preference};
pub(crate) use query::{FromQuery, Query, bad_parameter, unknown_parameter};
pub(crate) use write_headers::{
    BatchHeaders, BodyHeaders, ContactBodyHeaders, ContactHeaders, CreateHeaders, DeleteHeaders,
    PlainHeaders, ThreadHeaders, WriteHeaders, knows_receipts,
};
