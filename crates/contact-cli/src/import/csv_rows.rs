//! Reads the rows of a CSV file.

use super::csv_cells::{CsvCells, Record, TextAfterQuote};
use super::input::{Input, Meter};
use super::row::{Row, Value};
use super::rows::{COLUMNS, Rows};
use crate::failure::Failure;

/// Delimiters that are recognized. If two occur equally often, the later one is used because it is rare in headings.
const DELIMITERS: [u8; 3] = *b",;\t";

/// How a CSV file is to be read.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct CsvForm {
    /// The character between two cells; recognized if it is not given.
    pub(crate) delimiter: Option<u8>,
    /// In a quoted cell, a quote after this character is part of the text.
    pub(crate) escape: Option<u8>,
    /// Headings are not trimmed, and each row needs a cell for each of them.
    pub(crate) is_exact: bool,
}

/// Reads a table whose first row has the headings.
pub(crate) struct CsvRows {
    cells: CsvCells,
    record: Record,
    headings: Vec<String>,
    delimiter: u8,
    is_exact: bool,
    meter: Meter,
}

impl CsvRows {
    /// Reads the headings. Unless the delimiter is given, a first line such as `sep=;` sets it, or else it is the one that
    /// the line of headings has most of.
    ///
    /// # Errors
    /// The file cannot be read, or is empty.
    pub(crate) fn open(input: Input, form: CsvForm) -> Result<Self, Failure> {
        let separator = separator_line(&input.beginning);
        let delimiter = form.delimiter.or(separator).unwrap_or_else(|| guess(&input.beginning));
        let mut rows = Self {
            cells: CsvCells::new(input.text, delimiter, form.escape),
            record: Record::default(),
            headings: Vec::new(),
            delimiter,
            is_exact: form.is_exact,
            meter: input.meter,
        };
        if separator.is_some() {
            rows.next()?;
        }
        if !rows.next()? {
            return Err(Failure::usage("the file holds no headings: it is empty"));
        }
        if let Some(found) = rows.record.text_after_quote {
            return Err(Failure::usage("the headings cannot be read").because(fault(found)));
        }
        let heading = |heading: &str| if form.is_exact { heading } else { heading.trim() }.to_owned();
        rows.headings = rows.record.cells().map(|cell| heading(&cell)).collect();
        if rows.headings.len() > COLUMNS {
            return Err(Failure::usage(format!("the file has more than {COLUMNS} columns"))
                .because(format!("it has {}", rows.headings.len())));
        }
        Ok(rows)
    }

    fn next(&mut self) -> Result<bool, Failure> {
        self.meter.begin_row();
        self.cells.read(&mut self.record).map_err(|error| {
            Failure::local(format!("the file cannot be read from line {} on", self.record.line), error)
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
        row.begin(self.record.line);
        for (column, text) in self.record.cells().enumerate() {
            row.set(column, Value::Text(&text));
        }
        let (cells, columns) = (self.record.len(), self.headings.len());
        if let Some(found) = self.record.text_after_quote {
            row.fault = Some(fault(found));
        } else if (columns..cells).any(|column| row.get(column).is_some()) {
            row.fault = Some(format!(
                "the row has {cells} cells, and there are {columns} headings: is one of its cells to be in quotes?"
            ));
        } else if self.is_exact && cells < columns {
            row.fault = Some(format!(
                "the row has {cells} cells, and there are {columns} headings: is the file cut off here?"
            ));
        }
        Ok(true)
    }

    fn delimiter(&self) -> Option<u8> {
        Some(self.delimiter)
    }
}

/// Returns true if a file with this delimiter is recognized without `--delimiter`.
pub(super) fn is_recognized(delimiter: u8) -> bool {
    DELIMITERS.contains(&delimiter)
}

/// Returns why a row with such a cell cannot be imported: where its cells end is a guess.
fn fault(TextAfterQuote { opened_in, has_backslash }: TextAfterQuote) -> String {
    let escape = if has_backslash { "; `--escape '\\'` reads \\\" as a quote in a cell" } else { "" };
    format!(
        "text follows the closing quote of the cell that opens in line {opened_in}; write a quote in a cell twice{escape}"
    )
}

/// Returns the delimiter that a first line such as `sep=;` sets, as spreadsheets read it. A program that saved the file
/// again may have quoted the line, or filled it up with delimiters.
fn separator_line(beginning: &str) -> Option<u8> {
    let line = beginning.trim_start().split(['\n', '\r']).next()?;
    let (name, rest) = line.trim_start_matches('"').split_at_checked("sep=".len())?;
    let delimiter = *rest.as_bytes().first()?;
    let is_delimiter = delimiter != b'"' && (delimiter.is_ascii_punctuation() || delimiter == b'\t');
    let is_filled = rest.bytes().all(|byte| byte == delimiter || byte == b'"');
    (name.eq_ignore_ascii_case("sep=") && is_delimiter && is_filled).then_some(delimiter)
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
    use std::io;

    use super::*;

    #[test]
    fn a_first_line_sets_the_delimiter() {
        for (text, delimiter) in [
            ("sep=;\nName", Some(b';')),
            ("\"sep=,\"\r\nName", Some(b',')),
            ("SEP=|\n", Some(b'|')),
            ("sep=\t\n", Some(b'\t')),
            ("sep=;;;\n", Some(b';')),
            ("\"sep=,\",,\n", Some(b',')),
            ("sep=\n", None),
            ("sep=a\n", None),
            ("sep=;x\n", None),
            ("separator=;\n", None),
            ("", None),
        ] {
            assert_eq!(separator_line(text), delimiter, "{text:?}");
        }
    }

    #[test]
    fn a_row_is_told_by_the_line_it_begins_on() {
        for line_break in ["\n", "\r\n"] {
            // Long enough that it is read in several pieces, which end between all sorts of bytes.
            let mut text = format!("a,b{line_break}");
            let mut lines = Vec::new();
            let mut line = 2;
            for row in 0..3_000 {
                for _ in 0..row % 3 {
                    text += line_break;
                    line += 1;
                }
                lines.push(line);
                text += &format!("{row},\"{}\"{line_break}", line_break.repeat(row % 4));
                line += row as u64 % 4 + 1;
            }
            lines.push(line);
            text += "no line break,behind it";
            let input = Input::of(io::Cursor::new(text.into_bytes()));
            let mut rows = CsvRows::open(input, CsvForm::default()).unwrap();
            let mut row = Row::default();
            let mut told = Vec::new();
            while rows.read(&mut row).unwrap() {
                told.push(row.line);
            }
            assert_eq!(told, lines, "{line_break:?}");
        }
    }

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
