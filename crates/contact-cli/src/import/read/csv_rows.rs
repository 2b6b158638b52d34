//! Reads the rows of a CSV file.

use clap::Args;

use super::columns::MOST_COLUMNS;
use super::csv_records::{CsvRecords, Record};
use super::input::{Input, Meter};
use super::rows::{Rows, unreadable};
use crate::failure::Failure;
use crate::import::row::{Row, Value};

/// The heading of options in the help.
pub(crate) const READING: &str = "Reading the file";
/// Delimiters that are recognized. If two occur equally often, the later one is used because it is rare in headings.
const DELIMITERS: [u8; 3] = *b",;\t";

/// How a CSV file is to be read.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(crate) struct CsvArgs {
    /// The character between the cells of a CSV file, or `tab`; by default that of a first line such as `sep=;`, or the
    /// most frequent one in the headings
    #[arg(long, value_name = "CHARACTER", value_parser = character, help_heading = READING)]
    delimiter: Option<u8>,
    /// Read a quote after this character, usually `\`, as part of a quoted CSV cell
    #[arg(long, value_name = "CHARACTER", value_parser = character, help_heading = READING)]
    escape: Option<u8>,
}

/// Reads a table whose first row has the headings.
pub(super) struct CsvRows {
    records: CsvRecords,
    headings: Vec<String>,
    delimiter: u8,
    is_exact: bool,
    meter: Meter,
}

impl CsvRows {
    /// Reads the headings. Unless the delimiter is given, a first line such as `sep=;` sets it, or else it is the one that
    /// the line of headings has most of. If `is_exact`, headings are not trimmed, and each row needs a cell for each of
    /// them.
    ///
    /// # Errors
    /// The file cannot be read, or is empty.
    pub(super) fn open(input: Input, args: CsvArgs, is_exact: bool) -> Result<Self, Failure> {
        let separator = separator_line(&input.beginning);
        let delimiter = args.delimiter.or(separator).unwrap_or_else(|| guess(&input.beginning));
        let mut rows = Self {
            records: CsvRecords::new(input.text, delimiter, args.escape),
            headings: Vec::new(),
            delimiter,
            is_exact,
            meter: input.meter,
        };
        if separator.is_some() {
            rows.next()?;
        }
        let Some(record) = rows.next()? else {
            return Err(Failure::usage("the file has no headings: it is empty"));
        };
        if let Some(fault) = record.fault {
            return Err(Failure::usage("the headings cannot be read").because(fault));
        }
        let heading = |cell: &String| if is_exact { cell.as_str() } else { cell.trim() }.to_owned();
        rows.headings = record.cells.iter().map(heading).collect();
        if rows.headings.len() > MOST_COLUMNS {
            return Err(Failure::usage(format!("the file has more than {MOST_COLUMNS} columns"))
                .because(format!("it has {}", rows.headings.len())));
        }
        Ok(rows)
    }

    fn next(&mut self) -> Result<Option<Record>, Failure> {
        self.meter.begin_row();
        let line = self.records.line;
        self.records.read().map_err(|error| unreadable(line, error))
    }
}

impl Rows for CsvRows {
    fn headings(&self) -> &[String] {
        &self.headings
    }

    fn read(&mut self) -> Result<Option<Row>, Failure> {
        let Some(record) = self.next()? else { return Ok(None) };
        let mut row = Row::at(record.line);
        let (cells, columns) = (record.cells.len(), self.headings.len());
        for (column, cell) in record.cells.into_iter().enumerate() {
            row.set(column, Value::Text(cell));
        }
        let counts = || format!("the row has {cells} cells, and there are {columns} headings");
        row.fault = if record.fault.is_some() {
            record.fault
        } else if (columns..cells).any(|column| row.get(column).is_some()) {
            Some(format!("{}: does one of its cells need quotes?", counts()))
        } else if self.is_exact && cells < columns {
            Some(format!("{}: does the file end in the middle of a row?", counts()))
        } else {
            None
        };
        Ok(Some(row))
    }

    fn delimiter(&self) -> u8 {
        self.delimiter
    }
}

/// Returns true if a file with this delimiter is recognized without `--delimiter`.
pub(crate) fn is_recognized(delimiter: u8) -> bool {
    DELIMITERS.contains(&delimiter)
}

/// Reads an argument.
fn character(word: &str) -> Result<u8, String> {
    match word.as_bytes() {
        b"tab" | b"\\t" => Ok(b'\t'),
        [byte] if *byte != b'"' && byte.is_ascii() && (!byte.is_ascii_control() || *byte == b'\t') => {
            Ok(*byte)
        }
        _ => Err("use one character, such as `;`, or `tab`".to_owned()),
    }
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

/// Returns the delimiter that occurs most often in the first line outside quotes, or a comma.
fn guess(beginning: &str) -> u8 {
    let unquoted: String = beginning.trim_start().split('"').step_by(2).collect();
    let line = unquoted.split(['\n', '\r']).next().unwrap_or_default();
    let count = |delimiter: &u8| line.bytes().filter(|byte| byte == delimiter).count();
    DELIMITERS.into_iter().filter(|delimiter| count(delimiter) > 0).max_by_key(count).unwrap_or(b',')
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
    fn rows_know_the_line_they_begin_on() {
        for line_break in ["\n", "\r\n", "\r"] {
            let (mut text, mut line, mut lines) = ("a,b".to_owned(), 1, Vec::new());
            // Enough rows for several reads, which end at different places. Only line feeds count within quotes.
            for row in 0..3_000 {
                let [between, within] = [1 + row % 3, if line_break == "\r" { 0 } else { row % 4 }];
                text += &line_break.repeat(between);
                lines.push(line + between as u64);
                text += &format!("{row},\"{}\"", line_break.repeat(within));
                line += (between + within) as u64;
            }
            let input = Input::of(io::Cursor::new(text.into_bytes()));
            let mut rows = CsvRows::open(input, CsvArgs::default(), false).unwrap();
            let found: Vec<u64> = std::iter::from_fn(|| rows.read().unwrap()).map(|row| row.line).collect();
            assert_eq!(found, lines, "{line_break:?}");
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
