//! Reads and writes of contacts, as far as they are the same on both databases.

pub(crate) mod backfill;
pub(crate) mod change_log;
mod chunk_size;
pub(crate) mod columns;
mod company_data;
mod contact_snapshot;
pub(crate) mod derived_rows;
mod entry_chain;
mod erased_entries;
mod first_entries;
pub(crate) mod history;
mod key_matches;
pub(crate) mod list;
pub(crate) mod lookup;
mod operations;
mod prepared_write;
pub(crate) mod record;
mod revert;
pub(crate) mod selected_changes;
pub(crate) mod transaction;
pub(crate) mod transaction_mode;
pub(crate) mod work;
mod working_set;
pub(crate) mod write;
mod write_context;
mod write_cost;
pub(crate) mod write_set;
