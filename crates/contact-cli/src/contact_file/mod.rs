//! Contacts in a file: what `contacts export` writes, and how a file of it is read.
//!
//! A contact in a file is a [`ContactInsert`](contact_client::model::ContactInsert), which a batch stores as it
//! is. Two of the three forms keep everything:
//!
//! - **NDJSON**: a line is what the API answers of a contact with everything that `include` can add, and what
//!   [`ContactInsert::from_json`](contact_client::model::ContactInsert::from_json) reads.
//! - **CSV**: a column for each key, whose name is the key's, and one for each custom field ([`columns`]); what
//!   stands in a cell follows from the key's type ([`cell`](crate::contact_fields::cell)).
//! - **vCard** has what an address book knows ([`vcard`]).

pub(crate) mod columns;
pub(crate) mod format;
pub(crate) mod vcard;
pub(crate) mod writer;
