//! Defines sets of reads and sets of writes, independently of the database.

pub(crate) mod backfill;
pub(crate) mod columns;
pub(crate) mod derived_rows;
mod entry;
mod facts;
mod holders;
pub(crate) mod list;
pub(crate) mod lookup;
mod operations;
mod portions;
pub(crate) mod record;
pub(crate) mod result_size_check;
pub(crate) mod transaction;
pub(crate) mod transaction_mode;
pub(crate) mod work;
mod working_set;
pub(crate) mod write;
mod write_cost;
pub(crate) mod write_set;
