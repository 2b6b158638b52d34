//! Pages of lists.

use crate::connection::Value;

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// What is on it.
    pub entries: Vec<T>,
    /// True where the list goes on behind it.
    pub has_more: bool,
}

impl<T> Page<T> {
    /// How many rows to read for a page: one more than it shows tells whether the list goes on.
    pub(super) fn rows(size: u16) -> Value<'static> {
        Value::Integer(i64::from(size) + 1)
    }

    /// The page out of so many rows.
    pub(super) fn of(mut rows: Vec<T>, size: u16) -> Self {
        let has_more = rows.len() > usize::from(size);
        rows.truncate(size.into());
        Self { entries: rows, has_more }
    }

    /// Where the next page begins: behind the last entry of this one, where the list goes on.
    pub fn next<C>(&self, behind: impl FnOnce(&T) -> C) -> Option<C> {
        self.entries.last().filter(|_| self.has_more).map(behind)
    }
}
