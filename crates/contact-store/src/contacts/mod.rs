//! What a set of reads and a set of writes means, whatever the database.

pub mod lookup;
pub(crate) mod record;
pub(crate) mod transaction;
mod working_set;
pub mod write;
