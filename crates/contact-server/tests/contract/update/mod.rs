//! `PATCH /contacts/{contact_id}/`

mod documented;
mod tag_changes;
mod unchanged;
