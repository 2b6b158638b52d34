//! Lines of CSV files. Only this module writes cells, so that no spreadsheet runs one as a formula.

use std::io::{self, Write};

use serde_json::Value;

use crate::failure::Failure;

/// A cell of a CSV file that no spreadsheet starts as a formula.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct CsvCell(String);

impl CsvCell {
    /// Returns the cell of a text: the text itself, or a JSON string if the text is empty, begins with `"`, or would be
    /// read as a formula.
    pub(crate) fn text(text: &str) -> Self {
        if text.is_empty() || text.starts_with('"') { quoted(text) } else { Self::unquoted(text) }
    }

    /// Returns the cell of a value other than a text, as JSON writes it: it begins with a bracket, a brace, a digit, a
    /// minus before a digit, or a letter. A JSON string begins with its quote.
    pub(crate) fn json(json: &str) -> Self {
        Self(json.to_owned())
    }

    /// Returns the cell of another CSV file as it is, or as a JSON string if it would be read as a formula.
    pub(crate) fn unquoted(cell: &str) -> Self {
        if is_formula(cell) { quoted(cell) } else { Self(cell.to_owned()) }
    }

    #[cfg(test)]
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Writes the cells with the delimiter between them, quoted if they need it, and the end of the line.
///
/// # Errors
/// Nothing can be written there.
pub(crate) fn write_csv_line(
    file: &mut impl Write,
    delimiter: u8,
    cells: impl IntoIterator<Item = CsvCell>,
) -> io::Result<()> {
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).flexible(true).from_writer(file);
    for cell in cells {
        writer.write_field(cell.0).map_err(io::Error::other)?;
    }
    writer.write_record(None::<&[u8]>).map_err(io::Error::other)?;
    writer.flush()
}

/// Returns a line with commas between the cells.
///
/// # Errors
/// It cannot be written, which does not happen in memory.
pub(crate) fn csv_line(cells: impl IntoIterator<Item = CsvCell>) -> Result<String, Failure> {
    let mut line = Vec::new();
    write_csv_line(&mut line, b',', cells).map_err(Failure::unprintable)?;
    String::from_utf8(line).map_err(Failure::unprintable)
}

fn quoted(text: &str) -> CsvCell {
    CsvCell(Value::from(text).to_string())
}

/// Returns true if a spreadsheet would start the text as a formula. Anyone who fills in a form can send one for a name: it
/// can run programs and send the contents of other cells to a server. A number, such as that of a phone with its `+`, can do
/// neither.
pub(crate) fn is_formula(text: &str) -> bool {
    let is_of_a_number = |character: char| character.is_ascii_digit() || " ().-/".contains(character);
    let mut characters = text.chars();
    match characters.next() {
        Some('=' | '@' | '＝' | '＠' | '\t' | '\r' | '\n') => true,
        Some('+' | '-' | '＋' | '－') => !characters.all(is_of_a_number) && text.parse::<f64>().is_err(),
        _ => false,
    }
}
