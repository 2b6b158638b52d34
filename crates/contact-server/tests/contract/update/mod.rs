//! `PATCH /contacts/{contact_id}/`

mod documented;
mod unchanged;
