//! The output of the program: results on standard output, everything else on standard error.

pub(crate) mod cell;
pub(crate) mod columns;
pub(crate) mod csv_line;
mod details;
pub(crate) mod list_printer;
pub(crate) mod messages;
mod preview;
pub(crate) mod printer;
pub(crate) mod progress;
pub(crate) mod record;
mod table;
pub(crate) mod terminal;
mod yaml;
