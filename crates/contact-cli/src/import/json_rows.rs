//! Rows of JSON: an object on each line, or the objects of an array.

use std::collections::HashMap;
use std::io;

use serde::de::IgnoredAny;

use super::format::LISTS;
use super::input::{Input, Meter};
use super::json_text::JsonText;
use super::members::members;
use super::row::{Row, Value};
use super::rows::Rows;
use crate::failure::Failure;

/// Reads objects; their keys are the headings.
pub(crate) struct JsonRows {
    text: JsonText,
    /// Whether the objects are those of an array.
    in_array: bool,
    has_ended: bool,
    headings: Vec<String>,
    columns: HashMap<String, usize>,
    bytes: Vec<u8>,
    meter: Meter,
}

impl JsonRows {
    /// Reads an object on each line.
    pub(crate) fn of_lines(input: Input) -> Self {
        Self::of(input, false)
    }

    /// Reads an array, be it by itself or a list in an object.
    ///
    /// # Errors
    /// The file cannot be read, or holds no array.
    pub(crate) fn of_document(input: Input) -> Result<Self, Failure> {
        let mut rows = Self::of(input, true);
        match rows.find_array() {
            Ok(true) => Ok(rows),
            Ok(false) => Err(Failure::usage(format!(
                "the file holds no array, nor an object with one under `{}`",
                LISTS.join("` or `")
            ))
            .tip("`--format ndjson` reads an object on each line")),
            Err(error) => Err(rows.unreadable(&error)),
        }
    }

    fn of(input: Input, in_array: bool) -> Self {
        Self {
            text: JsonText::new(input.text),
            in_array,
            has_ended: false,
            headings: Vec::new(),
            columns: HashMap::new(),
            bytes: Vec::new(),
            meter: input.meter,
        }
    }

    /// Goes to the first value of the array; false where there is none.
    fn find_array(&mut self) -> io::Result<bool> {
        match self.text.peek()? {
            Some(b'[') => {
                self.text.step();
                return Ok(true);
            }
            Some(b'{') => self.text.step(),
            _ => return Ok(false),
        }
        loop {
            match self.text.peek()? {
                Some(b',') => {
                    self.text.step();
                    continue;
                }
                Some(b'"') => {}
                _ => return Ok(false),
            }
            let name = self.value()?;
            if self.text.peek()? != Some(b':') {
                return Ok(false);
            }
            self.text.step();
            let is_list = LISTS.iter().any(|list| name == format!("\"{list}\""));
            if self.text.peek()? == Some(b'[') && is_list {
                self.text.step();
                return Ok(true);
            }
            self.value()?;
        }
    }

    /// The value that comes next.
    fn value(&mut self) -> io::Result<String> {
        self.meter.begin_row();
        self.bytes.clear();
        self.text.value(&mut self.bytes)?;
        Ok(String::from_utf8_lossy(&self.bytes).into_owned())
    }

    /// Finds the next object; false at the end.
    fn find_object(&mut self) -> io::Result<bool> {
        self.meter.begin_row();
        self.bytes.clear();
        let next = self.text.peek()?;
        if !self.in_array {
            return Ok(next.is_some());
        }
        let next = match next {
            Some(b',') => {
                self.text.step();
                self.text.peek()?
            }
            other => other,
        };
        match next {
            Some(b']') => Ok(false),
            Some(_) => Ok(true),
            None => Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the array does not end")),
        }
    }

    fn take_object(&mut self) -> io::Result<()> {
        if self.in_array { self.text.value(&mut self.bytes) } else { self.text.rest_of_line(&mut self.bytes) }
    }

    /// Fills the row with the members of an object.
    fn fill(&mut self, row: &mut Row) {
        let text = String::from_utf8_lossy(&self.bytes);
        row.original.push_str(text.trim());
        let original = std::mem::take(&mut row.original);
        match members(&original) {
            Ok(members) => {
                for (name, json) in members {
                    let column = self.column(&name);
                    if json != "null" {
                        row.set(column, Value::Json(json));
                    }
                }
            }
            Err(error) => row.fault = Some(format!("it is no JSON object: {error}")),
        }
        row.original = original;
    }

    fn column(&mut self, name: &str) -> usize {
        if let Some(&column) = self.columns.get(name) {
            return column;
        }
        let column = self.headings.len();
        self.headings.push(name.to_owned());
        self.columns.insert(name.to_owned(), column);
        column
    }

    fn unreadable(&self, error: &io::Error) -> Failure {
        Failure::local(format!("the file cannot be read on from line {}", self.text.line), error)
    }
}

impl Rows for JsonRows {
    fn headings(&self) -> &[String] {
        &self.headings
    }

    fn read(&mut self, row: &mut Row) -> Result<bool, Failure> {
        if self.has_ended {
            return Ok(false);
        }
        let found = self.find_object().map_err(|error| self.unreadable(&error))?;
        if !found {
            self.has_ended = true;
            return Ok(false);
        }
        row.begin(self.text.line);
        self.take_object().map_err(|error| self.unreadable(&error))?;
        self.fill(row);
        let is_json = || serde_json::from_str::<IgnoredAny>(&row.original).is_ok();
        if self.in_array && row.fault.is_some() && !is_json() {
            // Where one value ends wrongly, no one can tell where the next begins.
            self.has_ended = true;
            let why = row.fault.take().unwrap_or_default();
            return Err(Failure::local(format!("the file cannot be read on from line {}", row.line), why));
        }
        Ok(true)
    }
}
