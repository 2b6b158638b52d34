//! Defines sets of reads and sets of writes, independently of the database.

pub(crate) mod backfill;
pub(crate) mod derived_rows;
mod entry;
mod facts;
mod holders;
pub mod list;
pub mod lookup;
mod operations;
mod portions;
pub(crate) mod record;
pub mod result_size_check;
pub mod tag_rename;
pub(crate) mod transaction;
mod working_set;
pub mod write;
mod write_cost;
pub(crate) mod write_queue;
pub(crate) mod write_set;
pub(crate) mod write_terms;
