//! What a set of reads and a set of writes means, whatever the database.

mod entry;
mod facts;
pub mod lookup;
pub(crate) mod record;
pub(crate) mod transaction;
mod working_set;
pub mod write;
pub(crate) mod write_set;
