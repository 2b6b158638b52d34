//! Rows of a table with commas, semicolons or tabs between the cells.

use csv::{Reader, ReaderBuilder, StringRecord};

use super::input::{Input, Meter, Text};
use super::row::{Row, Value};
use super::rows::Rows;
use crate::failure::Failure;

/// Guessed among. Of two that stand equally often the later one is it, as it seldom stands in a heading.
const DELIMITERS: [u8; 3] = *b",;\t";

/// Reads a table whose first row has the headings.
pub(crate) struct CsvRows {
    reader: Reader<Text>,
    record: StringRecord,
    headings: Vec<String>,
    delimiter: u8,
    meter: Meter,
}

impl CsvRows {
    /// Reads the headings. The delimiter is what stands in their line most often, unless it is said.
    ///
    /// # Errors
    /// The file cannot be read, or is empty.
    pub(crate) fn open(input: Input, said: Option<u8>) -> Result<Self, Failure> {
        let delimiter = said.unwrap_or_else(|| guess(&input.beginning));
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(input.text);
        let (record, headings) = (StringRecord::new(), Vec::new());
        let mut rows = Self { reader, record, headings, delimiter, meter: input.meter };
        if !rows.next()? {
            return Err(Failure::usage("the file holds no headings: it is empty"));
        }
        rows.headings = rows.record.iter().map(|heading| heading.trim().to_owned()).collect();
        Ok(rows)
    }

    fn next(&mut self) -> Result<bool, Failure> {
        self.meter.begin_row();
        self.reader.read_record(&mut self.record).map_err(|error| {
            let line = self.reader.position().line();
            let cause = match error.into_kind() {
                csv::ErrorKind::Io(error) => error.to_string(),
                other => format!("{other:?}"),
            };
            Failure::local(format!("the file cannot be read on from line {line}"), cause)
        })
    }
}

impl Rows for CsvRows {
    fn headings(&self) -> &[String] {
        &self.headings
    }

    fn read(&mut self, row: &mut Row) -> Result<bool, Failure> {
        if !self.next()? {
            return Ok(false);
        }
        row.begin(self.record.position().map_or(0, csv::Position::line));
        for (column, text) in self.record.iter().enumerate() {
            row.set(column, Value::Text(text));
        }
        let (cells, columns) = (self.record.len(), self.headings.len());
        if (columns..cells).any(|column| row.get(column).is_some()) {
            row.fault = Some(format!(
                "the row has {cells} cells, and there are {columns} headings: is one of its cells to be in quotes?"
            ));
        }
        Ok(true)
    }

    fn delimiter(&self) -> Option<u8> {
        Some(self.delimiter)
    }
}

/// The delimiter that stands most often in the first line, what is in quotes apart; a comma where none does.
fn guess(beginning: &str) -> u8 {
    let mut is_quoted = false;
    let mut counts = [0_u32; DELIMITERS.len()];
    for byte in beginning.trim_start().bytes() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\n' | b'\r' if !is_quoted => break,
            _ if is_quoted => {}
            _ => {
                if let Some(place) = DELIMITERS.iter().position(|&delimiter| delimiter == byte) {
                    counts[place] += 1;
                }
            }
        }
    }
    let counted = DELIMITERS.into_iter().zip(counts).filter(|&(_, count)| count > 0);
    counted.max_by_key(|&(_, count)| count).map_or(b',', |(delimiter, _)| delimiter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delimiter_is_guessed_from_the_first_line() {
        for (text, delimiter) in [
            ("Name,Email\nx;y;z;;;", b','),
            ("Vorname;Nachname;\"E-Mail, privat, alt, neu\"\r\n", b';'),
            ("Name\tEmail, or phone\n", b'\t'),
            ("Name\n", b','),
            ("", b','),
            ("\"a\n;;b\",c", b','),
        ] {
            assert_eq!(guess(text), delimiter, "{text:?}");
        }
    }
}
