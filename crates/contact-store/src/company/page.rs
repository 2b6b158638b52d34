//! Pages of lists.

use crate::Result;
use crate::connection::{Connection, ReadRow, Value};

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The entries of the page.
    pub entries: Vec<T>,
    /// True if the list continues after this page.
    pub has_more: bool,
}

impl<T> Page<T> {
    /// Reads a page. The statement has these values, and the number of rows to read as its last value: one more than
    /// the page contains, to find out whether the list continues.
    pub(crate) async fn read<C: Connection>(
        connection: &mut C,
        sql: &'static str,
        values: &[Value<'_>],
        size: u16,
        read: ReadRow<T>,
    ) -> Result<Self>
    where
        T: Send,
    {
        let values = [values, &[Value::Integer(i64::from(size) + 1)]].concat();
        let mut entries = connection.query(sql, &values, read).await?;
        let has_more = entries.len() > usize::from(size);
        entries.truncate(size.into());
        Ok(Self { entries, has_more })
    }

    /// Returns the cursor of the next page, which `cursor_after` makes from the last entry. `None` if the list ends
    /// here.
    pub fn next<C>(&self, cursor_after: impl FnOnce(&T) -> C) -> Option<C> {
        self.entries.last().filter(|_| self.has_more).map(cursor_after)
    }
}
