//! `PATCH /contacts/{contact_id}/`

mod documented;
mod fields;
mod names;
mod unchanged;
