//! Pages of lists.

use crate::connection::Value;

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The entries of the page.
    pub entries: Vec<T>,
    /// True if the list continues after this page.
    pub has_more: bool,
}

impl<T> Page<T> {
    /// Returns how many rows to read for a page: one more than it shows, to find out whether the list continues.
    pub(super) fn rows(size: u16) -> Value<'static> {
        Value::Integer(i64::from(size) + 1)
    }

    /// Creates the page from the rows that were read.
    pub(super) fn of(mut rows: Vec<T>, size: u16) -> Self {
        let has_more = rows.len() > usize::from(size);
        rows.truncate(size.into());
        Self { entries: rows, has_more }
    }

    /// Returns the cursor of the next page, which `behind` makes from the last entry. `None` if the list ends here.
    pub fn next<C>(&self, behind: impl FnOnce(&T) -> C) -> Option<C> {
        self.entries.last().filter(|_| self.has_more).map(behind)
    }
}
