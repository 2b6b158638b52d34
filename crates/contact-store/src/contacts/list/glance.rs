//! A page that is near at hand: what very many contacts match is soon found in the list's own order, where
//! sorting all that match would take long.

use contact_model::ContactId;
use contact_model::list::{Cursor, SortKey, SortValue};

use super::condition::Condition;
use super::driver::fits_at_least;
use super::statement::Statement;
use super::walk::{Start, Walk, value_of};
use crate::StoreError;
use crate::connection::{Connection, ReadRow, Value};
use crate::contacts::record::ContactRecord;

/// Contacts that are looked at, at first and then. Where fewer match at all, sorting them costs less; so in the
/// worst case a list costs twice its matches.
const LOOKS: [usize; 2] = [4_096, 32_768];

/// A contact's place in the order of a list.
type Place = (SortValue, ContactId);

impl<'v> Walk<'v> {
    /// Reads contacts in the order of the walk, as [`Walk::read`] does, but first looks for them among the next
    /// ones of the list's order where all that match were to be sorted.
    pub(super) async fn read_soon<C: Connection>(
        &self,
        connection: &mut C,
        cursor: Option<&'v Cursor>,
        rows: usize,
    ) -> Result<Vec<ContactRecord>, StoreError> {
        if let Some(sorted) = self.sorted() {
            for look in LOOKS {
                if !fits_at_least(connection, self.company, sorted, look).await? {
                    break;
                }
                let records = self.glance(connection, cursor, rows, look).await?;
                if records.len() == rows {
                    return Ok(records);
                }
            }
        }
        self.read(connection, cursor, rows).await
    }

    /// Those of the next `look` contacts in the list's order that match, up to so many `rows`.
    async fn glance<C: Connection>(
        &self,
        connection: &mut C,
        cursor: Option<&'v Cursor>,
        rows: usize,
        look: usize,
    ) -> Result<Vec<ContactRecord>, StoreError> {
        let own = Walk { driver: None, ..*self };
        let Some(start) = own.starts(cursor, rows).into_iter().next() else { return Ok(Vec::new()) };
        let last = own.place_of(connection, start, look).await?;
        let until = last.as_ref().map(|(value, id)| (value_of(value).unwrap_or(Value::Text(None)), *id));
        let statement = own.statement(C::DIALECT, Start { until, ..start });
        statement.query(connection, ContactRecord::read).await
    }

    /// The place of the last of the next `look` contacts, if there are so many.
    async fn place_of<C: Connection>(
        &self,
        connection: &mut C,
        start: Start<'v>,
        look: usize,
    ) -> Result<Option<Place>, StoreError> {
        let mut statement = Statement::new(C::DIALECT);
        self.write_places(Start { rows: 1, ..start }, &mut statement);
        statement.push(" OFFSET ").push(&(look - 1).to_string());
        let read: ReadRow<Place> = match self.sort.key {
            SortKey::Name => |row| Ok((SortValue::Text(row.optional_text(0)?), ContactId(row.uuid(1)?))),
            SortKey::CreatedAt | SortKey::UpdatedAt | SortKey::LastActivity => {
                |row| Ok((SortValue::Time(row.optional_time(0)?), ContactId(row.uuid(1)?)))
            }
        };
        Ok(statement.query(connection, read).await?.pop())
    }

    /// The condition that is walked by an index without the list's order, so that all it fits are sorted.
    fn sorted(&self) -> Option<&'v Condition> {
        let driver = &self.conditions[self.driver?];
        let in_order = self.sort.key == SortKey::CreatedAt
            && !matches!(driver, Condition::Word(_) | Condition::Updated(_));
        (!in_order).then_some(driver)
    }
}
