//! Rows of a table with commas, semicolons or tabs between the cells.

use std::io::{self, Read};

use csv::{Reader, ReaderBuilder, StringRecord};

use super::input::{Input, Meter, Text};
use super::row::{Row, Value};
use super::rows::{COLUMNS, Rows};
use crate::failure::Failure;

/// Guessed among. Of two that stand equally often the later one is it, as it seldom stands in a heading.
const DELIMITERS: [u8; 3] = *b",;\t";

/// Reads a table whose first row has the headings.
pub(crate) struct CsvRows {
    reader: Reader<Tail>,
    record: StringRecord,
    headings: Vec<String>,
    delimiter: u8,
    /// Every cell counts as it stands: none may be missing.
    is_exact: bool,
    meter: Meter,
}

impl CsvRows {
    /// Reads the headings. The delimiter is what stands in their line most often, unless it is said. Where the file is to
    /// be read exactly, its headings are not trimmed, and each row has a cell for each of them.
    ///
    /// # Errors
    /// The file cannot be read, or is empty.
    pub(crate) fn open(input: Input, said: Option<u8>, is_exact: bool) -> Result<Self, Failure> {
        let delimiter = said.unwrap_or_else(|| guess(&input.beginning));
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(Tail::of(input.text));
        let (record, headings) = (StringRecord::new(), Vec::new());
        let mut rows = Self { reader, record, headings, delimiter, is_exact, meter: input.meter };
        if !rows.next()? {
            return Err(Failure::usage("the file holds no headings: it is empty"));
        }
        let heading = |heading: &str| if is_exact { heading } else { heading.trim() }.to_owned();
        rows.headings = rows.record.iter().map(heading).collect();
        if rows.headings.len() > COLUMNS {
            return Err(Failure::usage(format!("the file has more than {COLUMNS} columns"))
                .because(format!("it has {}", rows.headings.len())));
        }
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

    /// The line that the row begins on. The reader counts line feeds up to the end of the row, so those in it are taken
    /// off, and the one that ends it. Of a carriage return and a line feed it leaves the latter for the next row.
    fn line(&self) -> u64 {
        let behind = self.reader.position();
        let in_cells = self.record.as_slice().bytes().filter(|&byte| byte == b'\n').count();
        let at_end = u64::from(self.reader.get_ref().last_before(behind.byte()) == Some(b'\n'));
        behind.line().saturating_sub(in_cells as u64 + at_end)
    }
}

/// A text, and the piece of it that was read last, in which the reader stands.
struct Tail {
    text: Text,
    last: Vec<u8>,
    /// Bytes up to the end of that piece.
    bytes: u64,
}

impl Tail {
    fn of(text: Text) -> Self {
        Self { text, last: Vec::new(), bytes: 0 }
    }

    /// The byte before this place.
    fn last_before(&self, place: u64) -> Option<u8> {
        let behind = usize::try_from(self.bytes.checked_sub(place)?).ok()?;
        self.last.len().checked_sub(behind + 1).and_then(|index| self.last.get(index)).copied()
    }
}

impl Read for Tail {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.text.read(into)?;
        if read > 0 {
            self.last.clear();
            self.last.extend_from_slice(&into[..read]);
            self.bytes += read as u64;
        }
        Ok(read)
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
        row.begin(self.line());
        for (column, text) in self.record.iter().enumerate() {
            row.set(column, Value::Text(text));
        }
        let (cells, columns) = (self.record.len(), self.headings.len());
        if (columns..cells).any(|column| row.get(column).is_some()) {
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
            let mut rows = CsvRows::open(input, None, false).unwrap();
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
