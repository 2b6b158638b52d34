//! What the program writes: results to standard output, everything else to standard error.

pub(crate) mod cell;
pub(crate) mod columns;
pub(crate) mod csv_line;
pub(crate) mod deleted;
pub(crate) mod list_printer;
pub(crate) mod messages;
pub(crate) mod preview;
pub(crate) mod printer;
pub(crate) mod progress;
pub(crate) mod record;
pub(crate) mod sink;
pub(crate) mod table;
pub(crate) mod terminal;
mod yaml;
