//! The columns of a file without a row of headings, as they are found.

use std::collections::HashMap;

use super::rows::COLUMNS;

/// Columns by their headings, in the order in which they were found.
#[derive(Debug, Default)]
pub(crate) struct FoundColumns {
    headings: Vec<String>,
    places: HashMap<String, usize>,
}

impl FoundColumns {
    /// All that were found.
    pub(crate) fn headings(&self) -> &[String] {
        &self.headings
    }

    /// The place of a column, be it a new one.
    ///
    /// # Errors
    /// The file has too many.
    pub(crate) fn place(&mut self, heading: &str) -> Result<usize, String> {
        if let Some(&place) = self.places.get(heading) {
            return Ok(place);
        }
        let place = self.headings.len();
        if place == COLUMNS {
            let shown: String = heading.chars().take(SHOWN).collect();
            return Err(format!("`{shown}` is one more than the {COLUMNS} columns that a file may have"));
        }
        self.headings.push(heading.to_owned());
        self.places.insert(heading.to_owned(), place);
        Ok(place)
    }
}

/// Characters of a heading that an error shows.
const SHOWN: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_no_more_columns_than_a_sheet() {
        let mut columns = FoundColumns::default();
        for column in 0..COLUMNS {
            assert_eq!(columns.place(&column.to_string()), Ok(column));
        }
        assert!(columns.place("x").unwrap_err().contains("`x` is one more than the 16384"));
        assert_eq!(columns.place("7"), Ok(7), "what is known still is");
        assert_eq!(columns.headings().len(), COLUMNS);
    }
}
