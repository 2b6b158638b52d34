//! Reads a page by a short scan in the list's own order. If very many contacts match the conditions, this finds
//! enough of them soon, while sorting all matches would take long.

use std::collections::VecDeque;

use contact_model::ContactId;
use contact_model::list::{SortKey, SortValue};

use super::place::{Place, Start};
use super::walk::Walk;
use crate::StoreError;
use crate::connection::{Connection, ReadRow};
use crate::contacts::record::ContactRecord;

/// A scan for contacts in a list's own order, one stretch at a time.
pub(super) struct Glance<'v> {
    walk: Walk<'v>,
    /// The parts that have not been scanned yet.
    ahead: VecDeque<Start>,
    /// The number of contacts to find.
    rows: usize,
    found: Vec<ContactRecord>,
}

impl<'v> Glance<'v> {
    pub(super) fn new(walk: Walk<'v>, starts: Vec<Start>, rows: usize) -> Self {
        Self { walk: Walk { driver: None, ..walk }, ahead: starts.into(), rows, found: Vec::new() }
    }

    /// Scans the next `stretch` contacts of the order.
    pub(super) async fn look_on<C: Connection>(
        &mut self,
        connection: &mut C,
        stretch: usize,
    ) -> Result<(), StoreError> {
        while !self.is_done()
            && let Some(start) = self.ahead.front_mut()
        {
            let last = place_of(&self.walk, connection, start, stretch).await?;
            start.until = last.clone();
            let statement = self.walk.statement(C::DIALECT, start, self.rows - self.found.len());
            self.found.extend(statement.query(connection, ContactRecord::read).await?);
            if last.is_some() {
                (start.behind, start.until) = (last, None);
                break;
            }
            self.ahead.pop_front();
        }
        Ok(())
    }

    /// Returns true if it has found enough contacts or has reached the end of the list.
    pub(super) fn is_done(&self) -> bool {
        self.found.len() >= self.rows || self.ahead.is_empty()
    }

    /// Returns the contacts that were found.
    pub(super) fn into_found(self) -> Vec<ContactRecord> {
        self.found
    }

    /// Returns the contacts that were found, and reads the missing ones by the index of `driver`.
    pub(super) async fn and_rest<C: Connection>(
        self,
        connection: &mut C,
        driver: Option<usize>,
    ) -> Result<Vec<ContactRecord>, StoreError> {
        let (mut found, ahead) = (self.found, Vec::from(self.ahead));
        let walk = Walk { driver, ..self.walk };
        found.extend(walk.read(connection, &ahead, self.rows - found.len()).await?);
        Ok(found)
    }
}

/// Returns the position of the last of the next `stretch` contacts. `None` if there are fewer.
async fn place_of<C: Connection>(
    walk: &Walk<'_>,
    connection: &mut C,
    start: &Start,
    stretch: usize,
) -> Result<Option<Place>, StoreError> {
    let read: ReadRow<Place> = match walk.sort.key {
        SortKey::Name => {
            |row| Ok(Place { value: SortValue::Text(row.optional_text(0)?), id: ContactId(row.uuid(1)?) })
        }
        SortKey::CreatedAt | SortKey::UpdatedAt | SortKey::LastActivity | SortKey::DeletedAt => {
            |row| Ok(Place { value: SortValue::Time(row.optional_time(0)?), id: ContactId(row.uuid(1)?) })
        }
    };
    let statement = walk.place_behind(C::DIALECT, start, stretch.saturating_sub(1));
    Ok(statement.query(connection, read).await?.pop())
}
