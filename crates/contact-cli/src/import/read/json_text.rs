//! Takes values out of JSON text that may be longer than the memory.

use std::io::{self, BufRead as _, Read};

use serde::Deserialize as _;
use serde_json::value::RawValue;

use super::input::Text;

/// JSON text with a position.
pub(super) struct JsonText {
    text: Text,
    /// The line of the next byte, counted from 1.
    pub(super) line: u64,
}

impl JsonText {
    pub(super) fn new(text: Text) -> Self {
        Self { text, line: 1 }
    }

    /// Skips white space and returns the next byte without taking it; `None` at the end.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(super) fn peek(&mut self) -> io::Result<Option<u8>> {
        loop {
            match self.text.fill_buf()?.first() {
                Some(&byte) if byte.is_ascii_whitespace() => self.step(),
                byte => return Ok(byte.copied()),
            }
        }
    }

    /// Takes the byte that [`JsonText::peek`] returned.
    pub(super) fn step(&mut self) {
        let _ = self.read(&mut [0]);
    }

    /// Takes the rest of the line.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(super) fn rest_of_line(&mut self) -> io::Result<String> {
        let mut line = Vec::new();
        self.text.read_until(b'\n', &mut line)?;
        self.line += 1;
        Ok(String::from_utf8_lossy(&line).into_owned())
    }

    /// Takes the next value.
    ///
    /// # Errors
    /// The file cannot be read, or there is no well-formed value.
    pub(super) fn value(&mut self) -> io::Result<String> {
        if matches!(self.peek()?, Some(b'-' | b'0'..=b'9')) {
            return self.number();
        }
        // Other values end with their last byte, so nothing after them is taken.
        let value = Box::<RawValue>::deserialize(&mut serde_json::Deserializer::from_reader(self));
        let malformed =
            |error: io::Error| io::Error::new(error.kind(), format!("a value is not JSON: {error}"));
        Ok(Box::<str>::from(value.map_err(|error| malformed(error.into()))?).into_string())
    }

    fn number(&mut self) -> io::Result<String> {
        let mut number = String::new();
        while let Some(byte @ (b'-' | b'+' | b'.' | b'0'..=b'9' | b'e' | b'E')) =
            self.text.fill_buf()?.first()
        {
            number.push(char::from(*byte));
            self.text.consume(1);
        }
        serde_json::from_str::<&RawValue>(&number)?;
        Ok(number)
    }
}

impl Read for JsonText {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.text.read(into)?;
        self.line += into[..read].iter().filter(|&&byte| byte == b'\n').count() as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Cursor};

    use super::*;

    #[test]
    fn a_value_is_taken_without_what_follows() {
        for json in
            ["{\"a\": [1, {\"b\": \"}\\\"\"}]}", "[]", "\"x,\\\\\"", "-1.50e3", "true", "null", "[\n1\n]"]
        {
            for after in [",", "]", " \n", "{", ""] {
                for bytes in 1..5 {
                    let text = Cursor::new(format!(" \n{json}{after}").into_bytes());
                    let mut text = JsonText::new(Box::new(BufReader::with_capacity(bytes, text)));
                    assert_eq!(text.value().unwrap(), json);
                    assert_eq!(text.line, 2 + json.matches('\n').count() as u64);
                    assert_eq!(text.peek().unwrap(), after.trim().bytes().next(), "{json}{after}");
                }
            }
        }
    }
}
