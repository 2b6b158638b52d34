//! One row of a file, whatever the file is: a cell for each column that it fills.

/// Bytes that a place for rows keeps for the next one: more than most rows have, and little beside the few that are huge.
const KEPT: usize = 16 * 1024;

/// One row. Its place is used again for the next, so that reading takes no memory of its own.
#[derive(Debug, Default)]
pub(crate) struct Row {
    /// The line of the file that it begins on, counted from 1.
    pub(crate) line: u64,
    /// Why it cannot be sent, where its reader found that.
    pub(crate) fault: Option<String>,
    /// The row as it stands in the file, where its cells do not tell all of it.
    pub(crate) original: String,
    text: String,
    cells: Vec<Cell>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    begin: usize,
    end: usize,
    is_json: bool,
    is_filled: bool,
}

/// What a cell holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Value<'r> {
    /// Text, as a table has it.
    Text(&'r str),
    /// A value in well-formed JSON, and never `null`.
    Json(&'r str),
}

impl Row {
    /// Empties the row for one that begins on this line.
    pub(crate) fn begin(&mut self, line: u64) {
        self.line = line;
        self.fault = None;
        self.original.clear();
        self.text.clear();
        self.cells.clear();
        self.original.shrink_to(KEPT);
        self.text.shrink_to(KEPT);
        self.cells.shrink_to(KEPT / size_of::<Cell>());
    }

    /// Bytes that it takes.
    pub(crate) fn bytes(&self) -> usize {
        self.original.len() + self.text.len() + size_of_val(self.cells.as_slice())
    }

    /// Fills a cell; another one of the same column is forgotten.
    pub(crate) fn set(&mut self, column: usize, value: Value<'_>) {
        let (text, is_json) = match value {
            Value::Text(text) => (text, false),
            Value::Json(json) => (json, true),
        };
        let begin = self.text.len();
        self.text.push_str(text);
        if self.cells.len() <= column {
            self.cells.resize(column + 1, Cell::default());
        }
        self.cells[column] = Cell { begin, end: self.text.len(), is_json, is_filled: true };
    }

    /// What the cell of a column holds, where it holds anything.
    pub(crate) fn get(&self, column: usize) -> Option<Value<'_>> {
        let Cell { begin, end, is_json, .. } = *self.cells.get(column)?;
        let text = &self.text[begin..end];
        match (text.is_empty(), is_json) {
            (true, _) => None,
            (false, true) => Some(Value::Json(text)),
            (false, false) => Some(Value::Text(text)),
        }
    }

    /// Returns true if the row has a cell of this column, which may be empty.
    pub(crate) fn has_cell(&self, column: usize) -> bool {
        self.cells.get(column).is_some_and(|cell| cell.is_filled)
    }

    /// The columns up to the last one that was filled.
    pub(crate) fn columns(&self) -> usize {
        self.cells.len()
    }

    /// True where no cell holds anything but white space.
    pub(crate) fn is_blank(&self) -> bool {
        self.fault.is_none() && self.text.trim().is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_holds_what_was_set_and_forgets_it_for_the_next() {
        let mut row = Row::default();
        row.begin(2);
        row.set(2, Value::Text("Zoë"));
        row.set(0, Value::Json("true"));
        row.set(3, Value::Text(""));
        assert_eq!((row.get(0), row.get(1)), (Some(Value::Json("true")), None));
        assert_eq!((row.get(2), row.get(3), row.get(9)), (Some(Value::Text("Zoë")), None, None));
        row.set(2, Value::Text("Zoe"));
        assert_eq!(row.get(2), Some(Value::Text("Zoe")));
        assert!(!row.is_blank());
        assert_eq!([0, 1, 3, 9].map(|column| row.has_cell(column)), [true, false, true, false]);
        row.begin(3);
        assert_eq!((row.line, row.get(2), row.columns()), (3, None, 0));
        row.set(0, Value::Text(" \t"));
        assert!(row.is_blank());
    }
}
