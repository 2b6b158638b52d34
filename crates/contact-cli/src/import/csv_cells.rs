//! Splits the text of a CSV file into records of cells.
//!
//! It reads what the `csv` crate reads, and also reports what that crate accepts without a word: a quote that is never
//! closed, and text between a closing quote and the next delimiter. Both mean that cells are not what they seem to be.

use std::borrow::Cow;
use std::io;

use super::input::Text;

/// Reads the records of a CSV file one after the other.
pub(super) struct CsvCells {
    text: Text,
    delimiter: u8,
    /// In a quoted cell, a quote or this character after it is part of the text.
    escape: Option<u8>,
    /// The line of the next byte, counted from 1.
    line: u64,
    /// The last byte was a carriage return: a line feed after it belongs to the same line break.
    is_after_return: bool,
}

/// A record. Reading the next one reuses its memory.
#[derive(Debug, Default)]
pub(super) struct Record {
    /// The line on which it begins.
    pub(super) line: u64,
    /// The first cell with text after its closing quote.
    pub(super) text_after_quote: Option<TextAfterQuote>,
    bytes: Vec<u8>,
    /// The end of each cell in `bytes`.
    ends: Vec<usize>,
}

/// Text between the closing quote of a cell and the next delimiter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TextAfterQuote {
    /// The line of the opening quote.
    pub(super) opened_in: u64,
    /// A backslash precedes the closing quote.
    pub(super) has_backslash: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the first byte of the record.
    BeforeRecord,
    /// Before the first byte of a cell.
    BeforeCell,
    /// In a cell without quotes.
    Plain,
    /// Between the quotes of a cell.
    Quoted,
    /// After the escape character in a quoted cell.
    Escaped,
    /// After a quote in a quoted cell: it closes the cell unless another one follows.
    AfterQuote,
    /// After the closing quote of a cell and something other than a delimiter.
    Closed,
}

impl Record {
    /// The number of cells.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The text of each cell.
    pub(super) fn cells(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let begins = std::iter::once(0).chain(self.ends.iter().copied());
        begins.zip(&self.ends).map(|(begin, &end)| String::from_utf8_lossy(&self.bytes[begin..end]))
    }

    fn begin(&mut self, line: u64) {
        /// Bytes that are kept for the next record, so that a single huge one does not stay in memory.
        const KEPT: usize = 16 * 1024;
        self.line = line;
        self.text_after_quote = None;
        self.bytes.clear();
        self.ends.clear();
        self.bytes.shrink_to(KEPT);
        self.ends.shrink_to(KEPT);
    }

    fn end_cell(&mut self) {
        self.ends.push(self.bytes.len());
    }
}

impl CsvCells {
    pub(super) fn new(text: Text, delimiter: u8, escape: Option<u8>) -> Self {
        Self { text, delimiter, escape, line: 1, is_after_return: false }
    }

    /// Reads the next record; false at the end of the file. Lines without any character are skipped.
    ///
    /// # Errors
    /// The file cannot be read, or ends within quotes.
    pub(super) fn read(&mut self, record: &mut Record) -> io::Result<bool> {
        record.begin(self.line);
        let mut state = State::BeforeRecord;
        let mut opened_in = 0;
        loop {
            let buffer = match self.text.fill_buf() {
                Err(error) if matches!(state, State::Quoted | State::Escaped) => {
                    return Err(io::Error::new(error.kind(), format!("{error}; {}", unclosed(opened_in))));
                }
                buffer => buffer?,
            };
            if buffer.is_empty() {
                return match state {
                    State::BeforeRecord => Ok(false),
                    State::Quoted | State::Escaped => {
                        Err(io::Error::new(io::ErrorKind::InvalidData, unclosed(opened_in)))
                    }
                    _ => {
                        record.end_cell();
                        Ok(true)
                    }
                };
            }
            let mut at = 0;
            let mut is_complete = false;
            while let (Some(&byte), false) = (buffer.get(at), is_complete) {
                if state == State::Quoted {
                    let rest = &buffer[at..];
                    let is_special = |&byte: &u8| byte == b'"' || Some(byte) == self.escape;
                    let text = rest.iter().position(is_special).unwrap_or(rest.len());
                    record.bytes.extend_from_slice(&rest[..text]);
                    self.line += rest[..text].iter().filter(|&&byte| byte == b'\n').count() as u64;
                    at += text;
                    if let Some(&special) = buffer.get(at) {
                        state = if Some(special) == self.escape { State::Escaped } else { State::AfterQuote };
                        at += 1;
                    }
                    continue;
                }
                if state == State::Escaped {
                    state = State::Quoted;
                    if byte == b'"' || Some(byte) == self.escape {
                        record.bytes.push(byte);
                        at += 1;
                    } else {
                        record.bytes.extend(self.escape);
                    }
                    continue;
                }
                let is_rest_of_line_break = byte == b'\n' && self.is_after_return;
                self.is_after_return = byte == b'\r';
                match byte {
                    b'\n' if is_rest_of_line_break => at += 1,
                    b'\n' | b'\r' => {
                        at += 1;
                        self.line += 1;
                        if state == State::BeforeRecord {
                            record.line = self.line;
                        } else {
                            record.end_cell();
                            is_complete = true;
                        }
                    }
                    _ if byte == self.delimiter => {
                        at += 1;
                        record.end_cell();
                        state = State::BeforeCell;
                    }
                    b'"' if matches!(state, State::BeforeRecord | State::BeforeCell) => {
                        at += 1;
                        opened_in = self.line;
                        state = State::Quoted;
                    }
                    b'"' if state == State::AfterQuote => {
                        at += 1;
                        record.bytes.push(byte);
                        state = State::Quoted;
                    }
                    _ => {
                        let rest = &buffer[at..];
                        let is_end = |&byte: &u8| byte == self.delimiter || matches!(byte, b'\n' | b'\r');
                        let text = &rest[..rest.iter().position(is_end).unwrap_or(rest.len())];
                        let is_closed = matches!(state, State::AfterQuote | State::Closed);
                        if is_closed && !text.iter().all(|byte| matches!(byte, b' ' | b'\t')) {
                            let has_backslash = record.bytes.last() == Some(&b'\\');
                            record
                                .text_after_quote
                                .get_or_insert(TextAfterQuote { opened_in, has_backslash });
                        }
                        record.bytes.extend_from_slice(text);
                        at += text.len();
                        state = if is_closed { State::Closed } else { State::Plain };
                    }
                }
            }
            self.text.consume(at);
            if is_complete {
                return Ok(true);
            }
        }
    }
}

fn unclosed(opened_in: u64) -> String {
    format!("the quote that opens in line {opened_in} is not closed")
}

#[cfg(test)]
mod tests;
