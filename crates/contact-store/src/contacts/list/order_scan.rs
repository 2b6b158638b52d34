//! Reads a page by a short scan in the list's order. If very many contacts match the conditions, this finds
//! enough of them soon, while sorting all matches would take long.

use std::collections::VecDeque;

use contact_model::ContactId;
use contact_model::list::{SortKey, SortValue};

use super::position::{Position, ScanRange};
use super::scan::Scan;
use crate::Result;
use crate::connection::{Connection, ReadRow};
use crate::contacts::record::ContactRecord;

/// Scans the next `step` contacts of the list's order, and returns those that match the conditions, at most `rows`.
/// Removes the ranges that it finishes from `remaining`, and moves the beginning of the next one.
pub(super) async fn scan_step<C: Connection>(
    scan: Scan<'_>,
    connection: &mut C,
    remaining: &mut VecDeque<ScanRange>,
    rows: usize,
    step: usize,
) -> Result<Vec<ContactRecord>> {
    let mut found = Vec::new();
    while found.len() < rows
        && let Some(range) = remaining.front_mut()
    {
        let last = position_after(&scan, connection, range, step).await?;
        range.until = last.clone();
        let statement = scan.statement(C::DIALECT, range, rows - found.len());
        found.extend(statement.query(connection, ContactRecord::read).await?);
        if last.is_some() {
            (range.after, range.until) = (last, None);
            break;
        }
        remaining.pop_front();
    }
    Ok(found)
}

/// Returns the position `step` contacts further. `None` if there are fewer.
async fn position_after<C: Connection>(
    scan: &Scan<'_>,
    connection: &mut C,
    range: &ScanRange,
    step: usize,
) -> Result<Option<Position>> {
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
