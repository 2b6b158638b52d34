//! What PATCH and POST take alike.

mod ignored_fields;
mod lead_source;
mod limits;
mod merge_limits;
