//! `custom_fields`

mod exact_values;
mod filters;
mod merging;
mod types;
