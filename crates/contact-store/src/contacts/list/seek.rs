//! Finds the contacts of a page. It chooses the index to scan, and how far to scan in the list's own order first.

use contact_model::list::{Cursor, SortKey};

use super::condition::Condition;
use super::driver::{FIRST_LOOK, fewest, further};
use super::glance::Glance;
use super::place::starts;
use super::walk::Walk;
use crate::StoreError;
use crate::connection::Connection;
use crate::contacts::record::ContactRecord;

/// The number of index rows that the most selective condition must have for each contact that is scanned in the
/// list's own order. All stretches together are then little more than a quarter of its matches: an eighth when all
/// of these are counted, and as much again in the earlier looks, each of which is an eighth of the next.
const ROWS_OF_LOOK: usize = 8;

/// Reads `rows` contacts from the cursor on, in the order of the scan, and chooses the index to scan.
///
/// It counts rows of each condition's index, more in each look, until one index has no more rows. Then it scans
/// that index. If a further look would cost too much, it scans an index that has the list's order. While all
/// indexes have more rows, so many contacts match that a short scan in the list's own order may find enough of
/// them. So each look also scans a stretch in that order. If the matches would have to be sorted, their number
/// decides how much further that scan goes before the sort.
pub(super) async fn seek<C: Connection>(
    walk: Walk<'_>,
    connection: &mut C,
    cursor: Option<&Cursor>,
    rows: usize,
) -> Result<Vec<ContactRecord>, StoreError> {
    let own = own_order(walk.sort.key);
    let starts = starts(walk.sort, cursor);
    match walk.conditions {
        // Conditions that bound the list's own index need no other index.
        conditions if conditions.iter().all(own) => return walk.read(connection, &starts, rows).await,
        [only] if walk.has_order_of(only) => {
            return Walk { driver: Some(0), ..walk }.read(connection, &starts, rows).await;
        }
        _ => {}
    }
    let mut glance = Glance::new(walk, starts, rows);
    let mut look = FIRST_LOOK;
    loop {
        let driver = fewest(connection, walk.company, walk.conditions, look).await?;
        let in_order = |condition: &Condition| own(condition) || walk.has_order_of(condition);
        let stretch = match driver {
            Some((driver, _)) if in_order(&walk.conditions[driver]) => 0,
            Some((_, matches)) => matches / ROWS_OF_LOOK,
            None => look / ROWS_OF_LOOK,
        };
        // A stretch of fewer contacts than the page needs cannot fill it.
        if stretch >= rows {
            glance.look_on(connection, stretch).await?;
            if glance.is_done() {
                return Ok(glance.into_found());
            }
        }
        let driver = match (driver, further(look, walk.conditions.len())) {
            (Some((driver, _)), _) => driver,
            (None, Some(further)) => {
                look = further;
                continue;
            }
            // Every scan is long. A scan in the list's order can end as soon as the page is full.
            (None, None) => walk.conditions.iter().position(in_order).unwrap_or_default(),
        };
        let driver = Some(driver).filter(|&driver| !own(&walk.conditions[driver]));
        return glance.and_rest(connection, driver).await;
    }
}

/// Returns a function that returns true if a condition bounds the index of the order itself.
fn own_order(key: SortKey) -> fn(&Condition) -> bool {
    match key {
        SortKey::CreatedAt => |condition| matches!(condition, Condition::Created(_)),
        SortKey::UpdatedAt => |condition| matches!(condition, Condition::Updated(_)),
        SortKey::LastActivity | SortKey::Name | SortKey::DeletedAt => |_| false,
    }
}
