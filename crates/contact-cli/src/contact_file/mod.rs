//! The files that `contacts export` writes.
//!
//! Two of the three formats are complete, and an import with `--exact` stores their contacts as they were:
//!
//! - **NDJSON**: each line is a contact as the API returns it, with everything that `include` can add. The server reads it
//!   as a [`ContactInsert`](contact_client::model::ContactInsert).
//! - **CSV**: a column for each key, and one for each custom field ([`columns`]). The type of a key determines its cells
//!   ([`cell`](crate::contact_fields::cell)).
//! - **vCard** contains what an address book can store ([`vcard`]).

pub(crate) mod columns;
pub(crate) mod format;
mod vcard;
pub(crate) mod writer;
