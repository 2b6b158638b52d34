//! The extractors. They read and check everything that a handler needs before it runs.

mod batch_query;
mod body;
mod body_limit;
mod conditions;
mod id_path;
mod include;
mod list_request;
mod operation_id;
mod prefer;
mod query;
mod write_headers;

pub(crate) use batch_query::BatchQuery;
pub(crate) use body::{NoBody, ParseResult, ReadBody, receive_body};
pub(crate) use body_limit::body_limit;
pub(crate) use conditions::{IfNoneMatch, read_if_match};
pub(crate) use id_path::{
    AgentPath, ApiKeyPath, ContactPath, ContactTagPath, CustomFieldPath, TagPath, WebhookPath,
};
pub(crate) use include::IncludeQuery;
pub(crate) use list_request::{ListRequest, PageRequest};
pub(crate) use operation_id::{describe_operation_id, read_operation_id};
pub(crate) use prefer::{PREFER, Prefer, Preference};
pub(crate) use query::{FromQuery, Query, bad_parameter, boolean_query, unknown_parameter};
pub(crate) use write_headers::{
    BatchHeaders, BodyHeaders, ContactBodyHeaders, ContactHeaders, CreateHeaders, DeleteHeaders,
    PlainHeaders, ThreadHeaders, WriteHeaders,
};
