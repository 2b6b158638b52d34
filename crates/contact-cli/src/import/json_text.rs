//! Finding the values in a JSON document that is longer than memory.
//!
//! Only where a value begins and ends is found here: what it is, serde_json reads.

use std::io::{self, BufRead as _};

use super::input::Text;

/// Walks through JSON text.
pub(crate) struct JsonText {
    text: Text,
    /// Counted from 1.
    pub(crate) line: u64,
}

impl JsonText {
    pub(crate) fn new(text: Text) -> Self {
        Self { text, line: 1 }
    }

    /// The next character that is no white space, which stays there; nothing at the end.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn peek(&mut self) -> io::Result<Option<u8>> {
        loop {
            let buffer = self.text.fill_buf()?;
            if buffer.is_empty() {
                return Ok(None);
            }
            let blank = buffer.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            let next = buffer.get(blank).copied();
            self.line += lines(&buffer[..blank]);
            self.text.consume(blank);
            if next.is_some() {
                return Ok(next);
            }
        }
    }

    /// Steps over the character that [`JsonText::peek`] has found.
    pub(crate) fn step(&mut self) {
        self.text.consume(1);
    }

    /// The rest of the line.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn rest_of_line(&mut self, into: &mut Vec<u8>) -> io::Result<()> {
        self.text.read_until(b'\n', into)?;
        self.line += lines(into);
        Ok(())
    }

    /// The value that begins at the character that [`JsonText::peek`] has found: up to its closing quote or
    /// bracket, or to what stands behind a number or a word.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn value(&mut self, into: &mut Vec<u8>) -> io::Result<()> {
        let mut walk = Walk::default();
        loop {
            let buffer = self.text.fill_buf()?;
            if buffer.is_empty() {
                return Ok(());
            }
            let end = buffer.iter().position(|&byte| walk.ends_before(byte));
            let taken = end.unwrap_or(buffer.len());
            into.extend_from_slice(&buffer[..taken]);
            self.line += lines(&buffer[..taken]);
            self.text.consume(taken);
            if end.is_some() {
                return Ok(());
            }
        }
    }
}

fn lines(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|&&byte| byte == b'\n').count() as u64
}

/// Where in a value one is.
#[derive(Debug, Default)]
struct Walk {
    depth: usize,
    in_string: bool,
    is_escaped: bool,
    /// The value was opened and closed again.
    is_closed: bool,
    has_begun: bool,
}

impl Walk {
    /// True where the value ends before this byte; otherwise the byte is a part of it.
    fn ends_before(&mut self, byte: u8) -> bool {
        if self.is_closed {
            return true;
        }
        if self.in_string {
            match byte {
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' => self.is_escaped = true,
                b'"' => {
                    self.in_string = false;
                    self.is_closed = self.depth == 0;
                }
                _ => {}
            }
            return false;
        }
        match byte {
            b'"' if self.depth > 0 || !self.has_begun => self.in_string = true,
            b'{' | b'[' if self.depth > 0 || !self.has_begun => self.depth += 1,
            b'}' | b']' if self.depth > 0 => {
                self.depth -= 1;
                self.is_closed = self.depth == 0;
            }
            _ if self.depth > 0 => {}
            // A number or a word ends where something else begins.
            b',' | b':' | b'}' | b']' | b'"' | b'{' | b'[' => return self.has_begun,
            _ if byte.is_ascii_whitespace() => return self.has_begun,
            _ => {}
        }
        self.has_begun = true;
        false
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Cursor};

    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    /// A reader that has a few bytes at a time.
    fn text(json: &str, at_a_time: usize) -> JsonText {
        JsonText::new(Box::new(BufReader::with_capacity(
            at_a_time,
            Cursor::new(json.to_owned().into_bytes()),
        )))
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "[a-z\"\\\\{}\\[\\],:é]{0,6}".prop_map(Value::from)
        ];
        leaf.prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
                prop::collection::vec(("[a\"\\\\}]{0,3}", inner), 0..3).prop_map(|members| json!(
                    members.into_iter().collect::<std::collections::HashMap<_, _>>()
                )),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_value_ends_where_it_ends(value in value(), behind in "[,\\]} \n]", at_a_time in 1_usize..7, pretty in any::<bool>()) {
            let json = if pretty { format!("{value:#}") } else { value.to_string() };
            let mut text = text(&format!(" \n{json}{behind}"), at_a_time);
            prop_assert_eq!(text.peek().unwrap(), json.bytes().next());
            let mut found = Vec::new();
            text.value(&mut found).unwrap();
            prop_assert_eq!(String::from_utf8(found).unwrap(), json.clone());
            prop_assert_eq!(text.line, 2 + json.matches('\n').count() as u64);
        }
    }
}
