//! Contacts kept on disk. One written contract, [`ContactStore`], and two databases behind it:
//! SQLite in the process, PostgreSQL over the network.
//!
//! The store works on **sets**: every operation takes many items and answers each, and one write
//! transaction carries a whole set. A single request is a set of one; requests that wait while the
//! database is busy form the next set. No success is answered before the set is on disk.
//!
//! A write that comes with an idempotency key is done once, and its answer is stored with it ([`Once`]).
//!
//! What the databases share stands once: the operations on companies, keys, custom fields,
//! agents and threads ([`directory`]) and what a set of writes means ([`contacts`]). The modules `sqlite` and
//! `postgres` hold what differs: opening, locking, and the statements that move many rows.

mod connection;
mod contact_store;
pub mod contacts;
pub mod directory;
mod error;
mod migrate;
mod once;
mod postgres;
mod queue;
mod set;
mod sqlite;
mod store;
mod workers;

pub use contact_store::{ContactStore, StoreOptions};
pub use contacts::answer_room::AnswerRoom;
pub use contacts::list::{ContactListing, ContactPage, Plan};
pub use contacts::lookup::{ContactLookup, ReadContact};
pub use contacts::tag_rename::RenameTag;
pub use contacts::write::{
    Action, AtomicError, ContactWrite, OnceTogether, TagChange, WriteOperation, WriteOptions, Written,
};
pub use error::{Cause, StoreError};
pub use once::refusal::HoldContacts;
pub use once::{MakeAnswer, Once, StoredAnswer, StoredBody};
pub use store::Store;
