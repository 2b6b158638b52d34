//! What PATCH and POST take alike.

mod ignored_fields;
mod limits;
mod merge_limits;
