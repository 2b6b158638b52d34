//! Reading a file, in any format and encoding, row by row.

mod columns;
mod csv_records;
mod csv_rows;
mod decoding;
pub(crate) mod format;
pub(crate) mod input;
mod json_rows;
mod json_text;
mod vcard_rows;

use indexmap::IndexMap;
use serde_json::value::RawValue;

use self::csv_rows::CsvRows;
pub(crate) use self::csv_rows::{CsvForm, is_recognized};
use self::format::InputFormat;
use self::input::Input;
use self::json_rows::JsonRows;
use self::vcard_rows::VcardRows;
pub(crate) use self::vcard_rows::{END as CARD_END, import_property, is_import_property};
use super::row::Row;
use crate::failure::Failure;

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
    fn delimiter(&self) -> Option<u8> {
        None
    }
}

/// Starts to read a file.
///
/// # Errors
/// The file cannot be read, or is not in this format.
pub(crate) fn open(format: InputFormat, input: Input, csv: CsvForm) -> Result<Box<dyn Rows>, Failure> {
    Ok(match format {
        InputFormat::Csv => Box::new(CsvRows::open(input, csv)?),
        InputFormat::Ndjson => Box::new(JsonRows::of_lines(input)),
        InputFormat::Json => Box::new(JsonRows::of_document(input)?),
        InputFormat::Vcard => Box::new(VcardRows::open(input)),
    })
}

/// Reads the members of a JSON object in their order, with their values as JSON text.
///
/// # Errors
/// The text is not a JSON object.
pub(crate) fn members(json: &str) -> serde_json::Result<IndexMap<String, Box<RawValue>>> {
    serde_json::from_str(json)
}

/// Returns the failure to read the rest of a file.
fn unreadable(line: u64, error: impl std::fmt::Display) -> Failure {
    Failure::local(format!("the file cannot be read from line {line} on"), error)
}
