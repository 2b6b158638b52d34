//! One row of a file: a value for each of its columns.

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

/// A row.
#[derive(Debug, Default)]
pub(crate) struct Row {
    /// The line of the file on which the row begins, counted from 1.
    pub(crate) line: u64,
    /// Why the row cannot be sent, if its reader found a fault.
    pub(crate) fault: Option<String>,
    /// The text of the row in the file, if the format is not CSV.
    pub(crate) original: String,
    cells: Vec<Option<Value>>,
}

/// A value of a file or of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// A text: everything in a table is one.
    Text(String),
    /// Well-formed JSON. In a file, it is never `null`.
    Json(String),
}

impl Row {
    /// Creates a row without cells that begins on this line.
    pub(crate) fn at(line: u64) -> Self {
        Self { line, ..Self::default() }
    }

    /// Creates a row of this text without cells.
    pub(crate) fn of_text(line: u64, original: &str) -> Self {
        Self { original: original.to_owned(), ..Self::at(line) }
    }

    /// Returns the approximate size of the row in memory.
    pub(crate) fn bytes(&self) -> usize {
        let cells = self.cells.iter().flatten().map(|value| value.as_str().len());
        self.original.len() + cells.sum::<usize>() + size_of_val(self.cells.as_slice())
    }

    /// Sets the cell of a column.
    pub(crate) fn set(&mut self, column: usize, value: Value) {
        if self.cells.len() <= column {
            self.cells.resize(column + 1, None);
        }
        self.cells[column] = Some(value);
    }

    /// Returns the value of a column, unless it is empty.
    pub(crate) fn get(&self, column: usize) -> Option<&Value> {
        self.cells.get(column)?.as_ref().filter(|value| !value.as_str().is_empty())
    }

    /// Returns true if the row has a cell of this column, which may be empty.
    pub(crate) fn has_cell(&self, column: usize) -> bool {
        self.cells.get(column).is_some_and(Option::is_some)
    }

    /// Returns the number of columns up to the last cell.
    pub(crate) fn columns(&self) -> usize {
        self.cells.len()
    }

    /// Returns true if all cells are empty or white space.
    pub(crate) fn is_blank(&self) -> bool {
        self.fault.is_none() && self.cells.iter().flatten().all(|value| value.as_str().trim().is_empty())
    }
}

impl Value {
    /// Creates a text.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// Returns the text, or the JSON.
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Text(text) | Self::Json(text) => text,
        }
    }

    /// Returns the text, if it is one.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Json(_) => None,
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => text.serialize(serializer),
            Self::Json(json) => {
                let raw: &RawValue = serde_json::from_str(json).map_err(serde::ser::Error::custom)?;
                raw.serialize(serializer)
            }
        }
    }
}
