//! Splits the text of a CSV file into records of cells.
//!
//! It reads what the `csv` crate reads, and also reports what that crate accepts silently: a quote that is never closed,
//! and text between a closing quote and the next delimiter. Both mean that the cells are not what they seem to be.

use std::io::{self, BufRead as _};

use super::input::Text;

/// Reads the records of a CSV file one after the other.
pub(super) struct CsvRecords {
    text: Text,
    delimiter: u8,
    /// In a quoted cell, a quote or this character after it is part of the text.
    escape: Option<u8>,
    /// The line of the next byte, counted from 1.
    pub(super) line: u64,
    /// The last byte was a carriage return: a line feed after it belongs to the same line break.
    is_after_return: bool,
}

/// A record.
#[derive(Debug, Default)]
pub(super) struct Record {
    /// The line on which it begins.
    pub(super) line: u64,
    pub(super) cells: Vec<String>,
    /// Why the record cannot be imported, if a cell has text after its closing quote. The ends of its cells can only be
    /// guessed.
    pub(super) fault: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    BeforeRecord,
    BeforeCell,
    /// In a cell without quotes.
    Plain,
    Quoted,
    /// After the escape character in a quoted cell.
    Escaped,
    /// After a quote in a quoted cell: it closes the cell unless another one follows.
    AfterQuote,
    /// After the closing quote of a cell and something other than a delimiter.
    Closed,
}

impl CsvRecords {
    pub(super) fn new(text: Text, delimiter: u8, escape: Option<u8>) -> Self {
        Self { text, delimiter, escape, line: 1, is_after_return: false }
    }

    /// Reads the next record; `None` at the end of the file. Lines without any character are skipped.
    ///
    /// # Errors
    /// The file cannot be read, or ends within quotes.
    pub(super) fn read(&mut self) -> io::Result<Option<Record>> {
        let mut record = Record { line: self.line, ..Record::default() };
        let mut state = State::BeforeRecord;
        let mut cell = Vec::new();
        let (mut opened_in, mut has_backslash) = (0, false);
        loop {
            let is_open = matches!(state, State::Quoted | State::Escaped);
            let unclosed = || format!("the quote that opens in line {opened_in} is not closed");
            let buffer = match self.text.fill_buf() {
                Err(error) if is_open => {
                    return Err(io::Error::new(error.kind(), format!("{error}; {}", unclosed())));
                }
                buffer => buffer?,
            };
            if buffer.is_empty() {
                if is_open {
                    return Err(io::Error::new(io::ErrorKind::InvalidData, unclosed()));
                }
                if state == State::BeforeRecord {
                    return Ok(None);
                }
                record.cells.push(text(cell));
                return Ok(Some(record));
            }
            let mut read = 0;
            let mut is_complete = false;
            for &byte in buffer {
                read += 1;
                let is_rest_of_line_break = byte == b'\n' && self.is_after_return;
                self.is_after_return = byte == b'\r' && !matches!(state, State::Quoted | State::Escaped);
                match state {
                    State::Quoted if Some(byte) == self.escape => state = State::Escaped,
                    State::Quoted if byte == b'"' => {
                        has_backslash = cell.last() == Some(&b'\\');
                        state = State::AfterQuote;
                    }
                    State::Quoted | State::Escaped => {
                        if state == State::Escaped && byte != b'"' && Some(byte) != self.escape {
                            cell.extend(self.escape);
                        }
                        cell.push(byte);
                        self.line += u64::from(byte == b'\n');
                        state = State::Quoted;
                    }
                    _ if is_rest_of_line_break => {}
                    State::BeforeRecord if matches!(byte, b'\n' | b'\r') => {
                        self.line += 1;
                        record.line = self.line;
                    }
                    _ if matches!(byte, b'\n' | b'\r') => {
                        self.line += 1;
                        is_complete = true;
                        break;
                    }
                    _ if byte == self.delimiter => {
                        record.cells.push(text(std::mem::take(&mut cell)));
                        state = State::BeforeCell;
                    }
                    State::BeforeRecord | State::BeforeCell if byte == b'"' => {
                        opened_in = self.line;
                        state = State::Quoted;
                    }
                    State::AfterQuote if byte == b'"' => {
                        cell.push(byte);
                        state = State::Quoted;
                    }
                    State::AfterQuote | State::Closed => {
                        if !matches!(byte, b' ' | b'\t') {
                            record.fault.get_or_insert_with(|| text_after_quote(opened_in, has_backslash));
                        }
                        cell.push(byte);
                        state = State::Closed;
                    }
                    State::BeforeRecord | State::BeforeCell | State::Plain => {
                        cell.push(byte);
                        state = State::Plain;
                    }
                }
            }
            self.text.consume(read);
            if is_complete {
                record.cells.push(text(cell));
                return Ok(Some(record));
            }
        }
    }
}

fn text_after_quote(opened_in: u64, has_backslash: bool) -> String {
    let escape = if has_backslash { "; `--escape '\\'` reads \\\" as a quote in a cell" } else { "" };
    format!(
        "text follows the closing quote of the cell that opens in line {opened_in}; write a quote in a cell twice{escape}"
    )
}

/// Converts the bytes of a cell. They are UTF-8, because the whole text is.
fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

#[cfg(test)]
mod tests;
