//! What all readers of rows have in common.

use crate::failure::Failure;
use crate::import::row::Row;

/// The column with the line of a row in a file of failed rows. An import ignores it.
pub(crate) const LINE_COLUMN: &str = "import_line";
/// The column with the reason in a file of failed rows. An import ignores it.
pub(crate) const ERROR_COLUMN: &str = "import_error";

/// Returns true for a column that only a file of failed rows has.
pub(crate) fn is_import_column(heading: &str) -> bool {
    [LINE_COLUMN, ERROR_COLUMN].contains(&heading)
}

/// Reads the rows of a file one after the other.
pub(crate) trait Rows: Send {
    /// Returns the headings of the columns. Except in CSV, any row may add more.
    fn headings(&self) -> &[String];

    /// Reads the next row; `None` at the end of the file. The row has a `fault` if only this row is wrong.
    ///
    /// # Errors
    /// The rest of the file cannot be read.
    fn read(&mut self) -> Result<Option<Row>, Failure>;

    /// Returns the delimiter of a CSV file.
    fn delimiter(&self) -> u8 {
        b','
    }
}

/// Returns the failure to read the rest of a file.
pub(super) fn unreadable(line: u64, error: impl std::fmt::Display) -> Failure {
    Failure::local(format!("the file cannot be read from line {line} on"), error)
}
