//! Rules for bodies that PATCH and POST have in common.

mod ignored_fields;
mod limits;
mod merge_limits;
