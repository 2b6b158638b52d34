//! Rows of JSON: an object on each line, or the objects of an array.

use std::io;

use serde::de::IgnoredAny;

use super::format::LISTS;
use super::found_columns::FoundColumns;
use super::input::{Input, Meter};
use super::json_text::JsonText;
use super::members::members;
use super::row::{Row, Value};
use super::rows::Rows;
use crate::failure::Failure;

/// Where in the file the reader is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In a file with an object on each line.
    Lines,
    /// In a document, before or behind an array or an object.
    Outside,
    /// In an object around a list.
    Object { is_empty: bool, has_list: bool },
    /// In an array of rows; whether it is a list in an object.
    Array { is_empty: bool, is_list: bool },
}

/// Reads objects; their keys are the headings.
pub(crate) struct JsonRows {
    text: JsonText,
    place: Place,
    /// An array of rows was found.
    has_array: bool,
    columns: FoundColumns,
    bytes: Vec<u8>,
    meter: Meter,
}

impl JsonRows {
    /// Reads an object on each line.
    pub(crate) fn of_lines(input: Input) -> Self {
        Self::of(input, Place::Lines)
    }

    /// Reads an array, be it by itself or a list in an object, and those behind it: so the pages of a list may be put
    /// together.
    ///
    /// # Errors
    /// The file cannot be read, or holds no array.
    pub(crate) fn of_document(input: Input) -> Result<Self, Failure> {
        let mut rows = Self::of(input, Place::Outside);
        match rows.find_row() {
            Ok(_) if rows.has_array => Ok(rows),
            Err(error) if rows.has_array || !is_of_form(&error) => Err(rows.unreadable(&error)),
            Ok(_) | Err(_) => Err(Failure::usage(format!(
                "the file holds no array, nor an object with one under `{}`",
                LISTS.join("` or `")
            ))
            .tip("`--format ndjson` reads an object on each line")),
        }
    }

    fn of(input: Input, place: Place) -> Self {
        Self {
            text: JsonText::new(input.text),
            place,
            has_array: false,
            columns: FoundColumns::default(),
            bytes: Vec::new(),
            meter: input.meter,
        }
    }

    /// The value that comes next.
    fn value(&mut self) -> io::Result<String> {
        self.meter.begin_row();
        self.bytes.clear();
        self.text.value(&mut self.bytes)?;
        Ok(String::from_utf8_lossy(&self.bytes).into_owned())
    }

    /// Goes to the next row; false at the end.
    fn find_row(&mut self) -> io::Result<bool> {
        self.meter.begin_row();
        loop {
            let next = self.text.peek()?;
            match self.place {
                Place::Lines => return Ok(next.is_some()),
                Place::Outside => match next {
                    None => return Ok(false),
                    Some(b'[') => self.enter_array(false),
                    Some(b'{') => {
                        self.text.step();
                        self.place = Place::Object { is_empty: true, has_list: false };
                    }
                    Some(_) => return Err(bad_form("here stands neither an array nor an object")),
                },
                Place::Object { is_empty, has_list } => self.walk_object(next, is_empty, has_list)?,
                Place::Array { is_list, .. } if next == Some(b']') => {
                    self.text.step();
                    self.place = if is_list {
                        Place::Object { is_empty: false, has_list: true }
                    } else {
                        Place::Outside
                    };
                }
                Place::Array { is_empty, .. } => {
                    let next = if is_empty { next } else { self.behind_comma(next)? };
                    return match next {
                        Some(b',' | b']') => Err(bad_form("a comma stands here and no value behind it")),
                        Some(_) => Ok(true),
                        None => Err(cut_off("the array does not end")),
                    };
                }
            }
        }
    }

    /// Goes over one member of an object that is around a list, or into the list, or behind the object.
    fn walk_object(&mut self, next: Option<u8>, is_empty: bool, has_list: bool) -> io::Result<()> {
        if next == Some(b'}') {
            if !has_list {
                return Err(bad_form(format!("the object has no array under `{}`", LISTS.join("` or `"))));
            }
            self.text.step();
            self.place = Place::Outside;
            return Ok(());
        }
        let next = if is_empty { next } else { self.behind_comma(next)? };
        match next {
            Some(b'"') => {}
            Some(_) => return Err(bad_form("in the object stands something that is no key")),
            None => return Err(cut_off("the object does not end")),
        }
        let name = self.value()?;
        if self.text.peek()? != Some(b':') {
            return Err(bad_form(format!("no colon stands behind {name}")));
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

    fn enter_array(&mut self, is_list: bool) {
        self.text.step();
        self.has_array = true;
        self.place = Place::Array { is_empty: true, is_list };
    }

    /// What stands behind the comma that has to be here.
    fn behind_comma(&mut self, next: Option<u8>) -> io::Result<Option<u8>> {
        match next {
            Some(b',') => {
                self.text.step();
                self.text.peek()
            }
            Some(_) => Err(bad_form("a comma is missing")),
            None => Ok(None),
        }
    }

    fn take_row(&mut self) -> io::Result<()> {
        self.bytes.clear();
        if let Place::Array { is_empty, .. } = &mut self.place {
            *is_empty = false;
            self.text.value(&mut self.bytes)
        } else {
            self.text.rest_of_line(&mut self.bytes)
        }
    }

    /// Fills the row with the members of an object.
    fn fill(&mut self, row: &mut Row) {
        let text = String::from_utf8_lossy(&self.bytes);
        row.original.push_str(text.trim());
        let original = std::mem::take(&mut row.original);
        match members(&original) {
            Ok(members) => {
                for (name, json) in members {
                    match self.columns.place(&name) {
                        Ok(column) if json == "null" => row.set(column, Value::Text("")),
                        Ok(column) => row.set(column, Value::Json(json)),
                        Err(why) => row.fault = Some(why),
                    }
                }
            }
            Err(error) => row.fault = Some(format!("it is no JSON object: {error}")),
        }
        row.original = original;
    }

    fn unreadable(&self, error: &io::Error) -> Failure {
        Failure::local(format!("the file cannot be read from line {} on", self.text.line), error)
    }
}

impl Rows for JsonRows {
    fn headings(&self) -> &[String] {
        self.columns.headings()
    }

    fn read(&mut self, row: &mut Row) -> Result<bool, Failure> {
        if !self.find_row().map_err(|error| self.unreadable(&error))? {
            return Ok(false);
        }
        row.begin(self.text.line);
        self.take_row().map_err(|error| self.unreadable(&error))?;
        self.fill(row);
        let is_json = || serde_json::from_str::<IgnoredAny>(&row.original).is_ok();
        if self.place != Place::Lines && row.fault.is_some() && !is_json() {
            // Where one value ends wrongly, no one can tell where the next begins.
            let why = row.fault.take().unwrap_or_default();
            return Err(Failure::local(format!("the file cannot be read from line {} on", row.line), why));
        }
        Ok(true)
    }
}

fn bad_form(why: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, why.into())
}

fn cut_off(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, why)
}

/// Whether the file can be read, but is not what it has to be.
fn is_of_form(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof)
}
