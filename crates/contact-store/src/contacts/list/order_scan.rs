//! Reads a page by a short scan in the list's order. If very many contacts match the conditions, this finds
//! enough of them soon, while sorting all matches would take long.

use std::collections::VecDeque;

use contact_model::ContactId;
use contact_model::list::{SortKey, SortValue};

use super::position::{Position, ScanRange};
use super::scan::Scan;
use crate::StoreError;
use crate::connection::{Connection, ReadRow};
use crate::contacts::record::ContactRecord;

/// A scan for contacts in a list's order, one step at a time.
pub(super) struct OrderScan<'v> {
    scan: Scan<'v>,
    /// The parts that have not been scanned yet.
    remaining: VecDeque<ScanRange>,
    /// The number of contacts to find.
    rows: usize,
    /// The contacts that were found.
    pub(super) found: Vec<ContactRecord>,
}

impl<'v> OrderScan<'v> {
    pub(super) fn new(scan: Scan<'v>, ranges: Vec<ScanRange>, rows: usize) -> Self {
        Self { scan: Scan { driver: None, ..scan }, remaining: ranges.into(), rows, found: Vec::new() }
    }

    /// Scans the next `step` contacts of the order.
    pub(super) async fn scan_next<C: Connection>(
        &mut self,
        connection: &mut C,
        step: usize,
    ) -> Result<(), StoreError> {
        while !self.is_done()
            && let Some(range) = self.remaining.front_mut()
        {
            let last = position_after(&self.scan, connection, range, step).await?;
            range.until = last.clone();
            let statement = self.scan.statement(C::DIALECT, range, self.rows - self.found.len());
            self.found.extend(statement.query(connection, ContactRecord::read).await?);
            if last.is_some() {
                (range.after, range.until) = (last, None);
                break;
            }
            self.remaining.pop_front();
        }
        Ok(())
    }

    /// Returns true if it has found enough contacts or has reached the end of the list.
    pub(super) fn is_done(&self) -> bool {
        self.found.len() >= self.rows || self.remaining.is_empty()
    }

    /// Returns the contacts that were found, and reads the missing ones by the index of `driver`.
    pub(super) async fn finish<C: Connection>(
        self,
        connection: &mut C,
        driver: Option<usize>,
    ) -> Result<Vec<ContactRecord>, StoreError> {
        let (mut found, remaining) = (self.found, Vec::from(self.remaining));
        let scan = Scan { driver, ..self.scan };
        found.extend(scan.read(connection, &remaining, self.rows - found.len()).await?);
        Ok(found)
    }
}

/// Returns the position `step` contacts further. `None` if there are fewer.
async fn position_after<C: Connection>(
    scan: &Scan<'_>,
    connection: &mut C,
    range: &ScanRange,
    step: usize,
) -> Result<Option<Position>, StoreError> {
    let read: ReadRow<Position> = match scan.sort.key {
        SortKey::Name => {
            |row| Ok(Position { value: SortValue::Text(row.optional_text(0)?), id: ContactId(row.uuid(1)?) })
        }
        SortKey::CreatedAt | SortKey::UpdatedAt | SortKey::LastActivity | SortKey::DeletedAt => {
            |row| Ok(Position { value: SortValue::Time(row.optional_time(0)?), id: ContactId(row.uuid(1)?) })
        }
    };
    let statement = scan.position_statement(C::DIALECT, range, step.saturating_sub(1));
    Ok(statement.query(connection, read).await?.pop())
}
