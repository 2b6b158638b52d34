//! `custom_fields`

mod fidelity;
mod storing;
mod types;
