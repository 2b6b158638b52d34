//! A page that is near at hand: what very many contacts match is soon found in the list's own order, where
//! sorting all that match would take long.

use std::collections::VecDeque;

use contact_model::ContactId;
use contact_model::list::{SortKey, SortValue};

use super::place::{Place, Start};
use super::walk::Walk;
use crate::StoreError;
use crate::connection::{Connection, ReadRow};
use crate::contacts::record::ContactRecord;

/// Looks for contacts along a list's own order, a stretch at a time.
pub(super) struct Glance<'v> {
    walk: Walk<'v>,
    /// What lies ahead.
    ahead: VecDeque<Start>,
    /// How many contacts are wanted.
    rows: usize,
    found: Vec<ContactRecord>,
}

impl<'v> Glance<'v> {
    pub(super) fn new(walk: Walk<'v>, starts: Vec<Start>, rows: usize) -> Self {
        Self { walk: Walk { driver: None, ..walk }, ahead: starts.into(), rows, found: Vec::new() }
    }

    /// Looks at the next `stretch` contacts of the order.
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

    /// True where it has found what is wanted, or has come to the list's end.
    pub(super) fn is_done(&self) -> bool {
        self.found.len() >= self.rows || self.ahead.is_empty()
    }

    /// What was found.
    pub(super) fn into_found(self) -> Vec<ContactRecord> {
        self.found
    }

    /// What was found, and the rest by the index of another condition.
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

/// The place of the last of the next `stretch` contacts, if there are so many.
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
