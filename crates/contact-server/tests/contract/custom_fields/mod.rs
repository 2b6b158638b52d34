//! `custom_fields`

mod fidelity;
mod finding;
mod storing;
mod types;
