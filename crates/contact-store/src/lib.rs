//! Stores contacts on disk. The interface is [`Store`]. It works on two databases: SQLite, which runs in the process,
//! and PostgreSQL, which is reached over the network.
//!
//! The store writes contacts in **sets**: one transaction does the writes of many callers, and each write has its own
//! result. Writes that wait while the database is busy form the next set. If nothing else waits, a set has only one
//! write. The store reports success only after the set is on disk.
//!
//! A write with an idempotency key is done only once, and its response is stored in the same transaction
//! ([`Idempotency`]).
//!
//! Both databases share the rules for a set of writes and the lists of contacts (`contacts`), every other operation
//! ([`company`]), and the queues and workers (`queue` and `store`). The modules `sqlite` and `postgres` contain the
//! rest: opening, locking, and the statements that read or write many rows.

pub mod company;
mod connection;
mod contacts;
mod error;
mod idempotency;
mod migrate;
mod options;
mod postgres;
mod queue;
mod sqlite;
mod store;
mod stored_response;

pub use company::Origin;
pub use contacts::duplicates::{DuplicatesPage, FindDuplicates};
pub use contacts::history::ReadHistory;
pub use contacts::list::{ContactListing, ContactPage};
pub use contacts::lookup::{ContactLookup, ReadContact};
pub use contacts::transaction_mode::ResultSizeCheck;
pub use contacts::write::{
    Action, AtomicError, ContactWrite, RevertedFields, SetIdempotency, TagChange, WriteOperation,
    WriteOptions, Written,
};
pub use error::{Cause, Result, StoreError};
pub use idempotency::{BuildStoredResponse, Idempotency};
pub use options::StoreOptions;
pub use store::rename_tag::RenameTag;
pub use store::revert::Revert;
pub use store::{Store, page_workers};
pub use stored_response::{StoredBody, StoredResponse};
