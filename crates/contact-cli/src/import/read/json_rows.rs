//! Rows of JSON: an object on each line, or the objects of an array.

use std::cell::Cell;
use std::io::{self, BufRead as _, Read};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::{fmt, iter, thread};

use serde::de::{
    Deserialize as _, DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::value::RawValue;

use super::columns::Columns;
use super::format::LISTS;
use super::input::{Input, Meter, Text};
use super::rows::{Rows, unreadable};
use crate::failure::Failure;
use crate::import::row::{Row, Value};
use crate::output::cell::Fields;

/// The number of rows of a document that are read ahead.
const AHEAD: usize = 8;
const NO_ARRAY: &str = "there is neither an array nor an object with one under `results` or `contacts`";

/// Reads objects. Their keys are the headings.
pub(super) struct JsonRows {
    rows: Box<dyn Iterator<Item = Result<Row, Failure>> + Send>,
    columns: Columns,
}

impl JsonRows {
    /// Reads an object on each line.
    pub(super) fn of_lines(input: Input) -> Self {
        let Input { text, meter, .. } = input;
        let rows = text.lines().zip(1..).filter_map(move |(text, line)| {
            meter.begin_row();
            match text {
                Ok(text) if text.trim().is_empty() => None,
                Ok(text) => Some(Ok(Row::of_text(line, text.trim()))),
                Err(error) => Some(Err(unreadable(line, error))),
            }
        });
        Self { rows: Box::new(rows), columns: Columns::default() }
    }

    /// Reads an array, or a list in an object, and any that follow: the pages of a list may be joined to one file.
    ///
    /// A thread deserializes them, because a deserializer cannot stop after each row.
    pub(super) fn of_documents(input: Input) -> Self {
        let (sender, rows) = sync_channel(AHEAD);
        thread::spawn(move || {
            let end = send_rows(input, &sender);
            // This fails if the import has stopped.
            let _ = sender.send(end.map(|()| None));
        });
        let panicked = |_| Err(Failure::local("the import cannot continue", "the JSON thread panicked"));
        let rows = iter::from_fn(move || rows.recv().unwrap_or_else(panicked).transpose()).fuse();
        Self { rows: Box::new(rows), columns: Columns::default() }
    }

    /// Fills the row with the fields of an object.
    fn fill(&mut self, row: &mut Row) {
        match serde_json::from_str::<Fields>(&row.original) {
            Ok(fields) => {
                for (name, json) in fields {
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
        let mut row = self.rows.next().transpose()?;
        row.iter_mut().for_each(|row| self.fill(row));
        Ok(row)
    }
}

/// A row, or `None` at the end of the file.
type Sent = Result<Option<Row>, Failure>;

/// Sends the rows of all documents in a file.
fn send_rows(input: Input, sender: &SyncSender<Sent>) -> Result<(), Failure> {
    let line = Cell::new(1);
    let mut json = serde_json::Deserializer::from_reader(LineCounter { text: input.text, line: &line });
    let mut document = Document { line: &line, meter: &input.meter, sender, arrays: 0 };
    while json.end().is_err() {
        let arrays_before = document.arrays;
        let read = match json.deserialize_any(&mut document) {
            Ok(()) if document.arrays == arrays_before => Err(serde_json::Error::custom(NO_ARRAY)),
            read => read,
        };
        read.map_err(|error| match document.arrays {
            0 if !error.is_io() => {
                Failure::usage(NO_ARRAY).tip("`--format ndjson` reads an object on each line")
            }
            _ => unreadable(line.get(), error),
        })?;
    }
    Ok(())
}

/// Sends the rows of a document: the elements of an array, or of the arrays under [`LISTS`].
struct Document<'a> {
    line: &'a Cell<u64>,
    meter: &'a Meter,
    sender: &'a SyncSender<Sent>,
    /// The number of arrays of rows, also in the documents before.
    arrays: u64,
}

/// Implements the visits of values that contain no rows.
macro_rules! ignore {
    ($($visit:ident($($value:ty)?))+) => {
        $(fn $visit<E>(self $(, _: $value)?) -> Result<(), E> { Ok(()) })+
    };
}

impl<'de> Visitor<'de> for &mut Document<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("rows")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<(), A::Error> {
        self.arrays += 1;
        while let Some(row) = array.next_element_seed(RowSeed(self.line))? {
            self.sender.send(Ok(Some(row))).map_err(A::Error::custom)?;
            self.meter.begin_row();
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        while let Some(key) = object.next_key::<String>()? {
            self.meter.begin_row();
            if LISTS.contains(&key.as_str()) {
                object.next_value_seed(&mut *self)?;
            } else {
                object.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    ignore! { visit_unit() visit_bool(bool) visit_i64(i64) visit_u64(u64) visit_f64(f64) visit_str(&str) }
}

impl<'de> DeserializeSeed<'de> for &mut Document<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, list: D) -> Result<(), D::Error> {
        list.deserialize_any(self)
    }
}

/// Reads an element of an array as a row that begins on the current line.
struct RowSeed<'a>(&'a Cell<u64>);

impl<'de> DeserializeSeed<'de> for RowSeed<'_> {
    type Value = Row;

    fn deserialize<D: Deserializer<'de>>(self, element: D) -> Result<Row, D::Error> {
        let line = self.0.get();
        Ok(Row::of_text(line, Box::<RawValue>::deserialize(element)?.get()))
    }
}

/// Counts the lines of a text. The deserializer reads byte by byte, so the count is that of its place.
struct LineCounter<'a> {
    text: Text,
    line: &'a Cell<u64>,
}

impl Read for LineCounter<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.text.read(into)?;
        let breaks = into[..read].iter().filter(|&&byte| byte == b'\n').count();
        self.line.set(self.line.get() + breaks as u64);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_documents_know_the_line_they_begin_on() {
        let text = "[\n{\"a\":\n1},\n2\n, {}] {\"x\":[\n[]],\"results\": \n[\n\"a\"\n]}";
        let mut rows = JsonRows::of_documents(Input::of(io::Cursor::new(text)));
        let read = iter::from_fn(|| rows.read().unwrap()).map(|row| (row.line, row.original));
        let expected = [(2, "{\"a\":\n1}"), (4, "2"), (5, "{}"), (8, "\"a\"")];
        assert!(read.eq(expected.map(|(line, text)| (line, text.to_owned()))));
    }
}
