//! Reading rows, whatever the file is.

use super::row::Row;
use crate::failure::Failure;

/// What a row that failed has beside its own columns, in the file of those that failed. An import leaves
/// them out.
pub(crate) const LINE_COLUMN: &str = "import_line";
/// As [`LINE_COLUMN`]: why it failed.
pub(crate) const ERROR_COLUMN: &str = "import_error";

/// Columns that a file may have: as many as a sheet of a spreadsheet. Objects that have ever new keys would fill all memory
/// with them.
pub(crate) const COLUMNS: usize = 16_384;

/// Gives one row of a file after the other.
pub(crate) trait Rows: Send {
    /// The headings of the columns, in the order of their places. Further ones may show up in any row.
    fn headings(&self) -> &[String];

    /// Reads the next row; false at the end. What is wrong with the row alone is a fault of it.
    ///
    /// # Errors
    /// The file cannot be read on.
    fn read(&mut self, row: &mut Row) -> Result<bool, Failure>;

    /// The character between two cells, where there is one.
    fn delimiter(&self) -> Option<u8> {
        None
    }
}
