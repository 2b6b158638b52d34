//! Rows of JSON: an object on each line, or the objects of an array.

use std::io;

use super::columns::Columns;
use super::format::LISTS;
use super::input::{Input, Meter};
use super::json_text::JsonText;
use super::rows::{Rows, members, unreadable};
use crate::failure::Failure;
use crate::import::row::{Row, Value};

/// The position in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In a file with an object on each line.
    Lines,
    /// In a document, outside any array or object.
    Outside,
    /// In an object around a list.
    Object { is_empty: bool, has_list: bool },
    /// In an array of rows, which is the whole document or a list in an object.
    Array { is_empty: bool, is_list: bool },
}

/// Reads objects. Their keys are the headings.
pub(super) struct JsonRows {
    text: JsonText,
    place: Place,
    /// An array of rows was found.
    has_array: bool,
    columns: Columns,
    meter: Meter,
}

impl JsonRows {
    /// Reads an object on each line.
    pub(super) fn of_lines(input: Input) -> Self {
        Self::of(input, Place::Lines)
    }

    /// Reads an array, or a list in an object, and any that follow: the pages of a list may be joined to one file.
    ///
    /// # Errors
    /// The file cannot be read, or contains no array.
    pub(super) fn of_document(input: Input) -> Result<Self, Failure> {
        let mut rows = Self::of(input, Place::Outside);
        match rows.find_row() {
            Ok(_) if rows.has_array => Ok(rows),
            Err(error) if rows.has_array || !is_format_error(&error) => {
                Err(unreadable(rows.text.line, error))
            }
            Ok(_) | Err(_) => Err(Failure::usage(format!(
                "the file contains neither an array nor an object with one under `{}`",
                LISTS.join("` or `")
            ))
            .tip("`--format ndjson` reads an object on each line")),
        }
    }

    fn of(input: Input, place: Place) -> Self {
        let text = JsonText::new(input.text);
        Self { text, place, has_array: false, columns: Columns::default(), meter: input.meter }
    }

    /// Goes to the next row. Returns false at the end.
    fn find_row(&mut self) -> io::Result<bool> {
        self.meter.begin_row();
        loop {
            let next = self.text.peek()?;
            match self.place {
                Place::Lines => return Ok(next.is_some()),
                Place::Outside => match next {
                    None => return Ok(false),
                    Some(b'[') => self.enter_array(false),
                    Some(b'{') => self.go(Place::Object { is_empty: true, has_list: false }),
                    Some(_) => return Err(format_error("here is neither an array nor an object")),
                },
                Place::Object { has_list, .. } if next == Some(b'}') => {
                    if !has_list {
                        let lists = LISTS.join("` or `");
                        return Err(format_error(format!("the object has no array under `{lists}`")));
                    }
                    self.go(Place::Outside);
                }
                Place::Object { is_empty, has_list } => self.read_member(is_empty, has_list)?,
                Place::Array { is_list, .. } if next == Some(b']') => self.go(match is_list {
                    true => Place::Object { is_empty: false, has_list: true },
                    false => Place::Outside,
                }),
                Place::Array { is_empty, .. } => {
                    return match self.after_comma(is_empty)? {
                        Some(b',' | b']') => Err(format_error("a comma has no value after it")),
                        Some(_) => Ok(true),
                        None => Err(cut_off("the array does not end")),
                    };
                }
            }
        }
    }

    /// Reads a member of an object around a list, or enters the list.
    fn read_member(&mut self, is_empty: bool, has_list: bool) -> io::Result<()> {
        match self.after_comma(is_empty)? {
            Some(b'"') => {}
            Some(_) => return Err(format_error("expected a key of the object")),
            None => return Err(cut_off("the object does not end")),
        }
        let name = self.value()?;
        if self.text.peek()? != Some(b':') {
            return Err(format_error(format!("a colon is missing after {name}")));
        }
        self.text.step();
        let is_list = LISTS.iter().any(|list| name == format!("\"{list}\""));
        if self.text.peek()? == Some(b'[') && is_list {
            self.enter_array(true);
        } else {
            self.value()?;
            self.place = Place::Object { is_empty: false, has_list };
        }
        Ok(())
    }

    /// Takes the byte that leads to this place.
    fn go(&mut self, place: Place) {
        self.text.step();
        self.place = place;
    }

    fn enter_array(&mut self, is_list: bool) {
        self.has_array = true;
        self.go(Place::Array { is_empty: true, is_list });
    }

    /// Returns the byte after the comma that has to be here, unless this is the first item.
    fn after_comma(&mut self, is_first: bool) -> io::Result<Option<u8>> {
        match self.text.peek()? {
            next if is_first || next.is_none() => Ok(next),
            Some(b',') => {
                self.text.step();
                self.text.peek()
            }
            _ => Err(format_error("a comma is missing")),
        }
    }

    fn value(&mut self) -> io::Result<String> {
        self.meter.begin_row();
        self.text.value()
    }

    fn take_row(&mut self) -> io::Result<String> {
        if let Place::Array { is_empty, .. } = &mut self.place {
            *is_empty = false;
            return self.text.value();
        }
        self.text.rest_of_line()
    }

    /// Fills the row with the members of an object.
    fn fill(&mut self, row: &mut Row) {
        match members(&row.original) {
            Ok(members) => {
                for (name, json) in members {
                    match self.columns.place(&name) {
                        Ok(column) if json.get() == "null" => row.set(column, Value::text("")),
                        Ok(column) => row.set(column, Value::Json(Box::<str>::from(json).into_string())),
                        Err(why) => row.fault = Some(why),
                    }
                }
            }
            Err(error) => row.fault = Some(format!("it is not a JSON object: {error}")),
        }
    }
}

impl Rows for JsonRows {
    fn headings(&self) -> &[String] {
        &self.columns.headings
    }

    fn read(&mut self) -> Result<Option<Row>, Failure> {
        if !self.find_row().map_err(|error| unreadable(self.text.line, error))? {
            return Ok(None);
        }
        let mut row = Row::at(self.text.line);
        row.original = self.take_row().map_err(|error| unreadable(row.line, error))?.trim().to_owned();
        self.fill(&mut row);
        Ok(Some(row))
    }
}

fn format_error(why: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, why.into())
}

fn cut_off(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, why)
}

/// Returns true if the file can be read but does not have the right format.
fn is_format_error(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData
    )
}
