//! Reading a file, in any format and encoding, row by row.

mod columns;
mod csv_records;
mod csv_rows;
mod decoding;
pub(crate) mod format;
pub(crate) mod input;
mod json_rows;
mod rows;
mod vcard_rows;

use self::csv_rows::CsvRows;
pub(crate) use self::csv_rows::{CsvArgs, READING, is_recognized};
use self::format::InputFormat;
use self::input::Input;
use self::json_rows::JsonRows;
pub(crate) use self::rows::{ERROR_COLUMN, LINE_COLUMN, Rows, is_import_column};
use self::vcard_rows::VcardRows;
pub(crate) use self::vcard_rows::{END as CARD_END, import_property, is_import_property};
use crate::failure::Failure;

/// Starts to read a file.
///
/// # Errors
/// The file cannot be read, or is not in this format.
pub(crate) fn open(
    format: InputFormat,
    input: Input,
    csv: CsvArgs,
    is_exact: bool,
) -> Result<Box<dyn Rows>, Failure> {
    Ok(match format {
        InputFormat::Csv => Box::new(CsvRows::open(input, csv, is_exact)?),
        InputFormat::Ndjson => Box::new(JsonRows::of_lines(input)),
        InputFormat::Json => Box::new(JsonRows::of_documents(input)),
        InputFormat::Vcard => Box::new(VcardRows::open(input)),
    })
}
