//! The columns of a file without a row of headings.

use std::collections::HashMap;

/// The largest number of columns of a file: as many as a spreadsheet has. Without a limit, objects with ever new keys
/// would fill the memory.
pub(super) const MOST_COLUMNS: usize = 16_384;
/// The number of characters of a heading in a message.
const SHOWN: usize = 100;

/// The headings of the columns, in the order in which they were found.
#[derive(Debug, Default)]
pub(super) struct Columns {
    pub(super) headings: Vec<String>,
    places: HashMap<String, usize>,
}

impl Columns {
    /// Returns the place of a column, and adds the column if it is new.
    ///
    /// # Errors
    /// The file has too many columns.
    pub(super) fn place(&mut self, heading: &str) -> Result<usize, String> {
        if let Some(&place) = self.places.get(heading) {
            return Ok(place);
        }
        let place = self.headings.len();
        if place == MOST_COLUMNS {
            let shown: String = heading.chars().take(SHOWN).collect();
            return Err(format!(
                "`{shown}` is one more than the {MOST_COLUMNS} columns that a file may have"
            ));
        }
        self.headings.push(heading.to_owned());
        self.places.insert(heading.to_owned(), place);
        Ok(place)
    }
}
