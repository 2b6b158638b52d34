//! SQLite, in the process. One thread writes and any thread reads.
//!
//! rusqlite runs the statements instead of sqlx, because sqlx's SQLite driver switches threads at every statement,
//! which reduces the rate of reads by more than half and that of writes by two thirds. sqlx runs the migrations, as
//! it does for PostgreSQL.

mod anchor;
mod change_log;
mod changes;
mod checkpointer;
mod connection;
mod contacts;
mod lookup;
mod open;
mod outdated_changes;
mod permissions;
mod readers;
mod responses;
mod writer;

#[cfg(test)]
pub(crate) use contacts::MATCH_STATEMENTS;
pub(crate) use open::{migrate, missing, path_of};
pub(crate) use readers::SqliteReaders;
pub(crate) use writer::SqliteWriter;

#[cfg(test)]
mod tests;
