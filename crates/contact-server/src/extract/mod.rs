//! What a request brings, checked: a handler that runs has all it needs.

mod body;
mod contact_path;
mod include;
mod prefer;
mod query;

pub(crate) use body::Body;
pub(crate) use contact_path::ContactPath;
pub(crate) use include::IncludeQuery;
pub(crate) use prefer::{PREFERENCE_APPLIED, Prefer};
pub(crate) use query::{FromQuery, Query, bad_parameter};
