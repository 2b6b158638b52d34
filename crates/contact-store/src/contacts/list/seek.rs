//! Finding the contacts of a page: by which index, and how far a glance at the list's order goes before.

use contact_model::list::{Cursor, SortKey};

use super::condition::Condition;
use super::driver::{FIRST_LOOK, fewest, further};
use super::glance::Glance;
use super::place::starts;
use super::walk::Walk;
use crate::StoreError;
use crate::connection::Connection;
use crate::contacts::record::ContactRecord;

/// How many index rows the most selective condition must have for each contact that is looked at in the list's own
/// order. All stretches together are then little more than a quarter of its matches: an eighth where all of these are
/// counted, and as much in the looks before, each of which is an eighth of the one behind it.
const ROWS_OF_LOOK: usize = 8;

/// Reads so many contacts from the cursor on, in the order of the walk. Which index it walks is chosen here.
///
/// It looks at all conditions' indexes, further and further, until one has no more rows or a further look would cost too
/// much: that one is walked. As long as all have more, so many contacts match that the list's own order may have enough of them near at hand, so each
/// look takes a stretch of that as well. Where the matches would have to be sorted, their number tells how far to go on
/// with that before.
pub(super) async fn seek<C: Connection>(
    walk: Walk<'_>,
    connection: &mut C,
    cursor: Option<&Cursor>,
    rows: usize,
) -> Result<Vec<ContactRecord>, StoreError> {
    let own = own_order(walk.sort.key);
    let starts = starts(walk.sort, cursor);
    match walk.conditions {
        // What the list's own index bounds needs no other.
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
        // Fewer contacts than are wanted cannot be enough.
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
            // Whichever is walked, it is long. One that has the list's order can end as soon as the page is full.
            (None, None) => walk.conditions.iter().position(in_order).unwrap_or_default(),
        };
        let driver = Some(driver).filter(|&driver| !own(&walk.conditions[driver]));
        return glance.and_rest(connection, driver).await;
    }
}

/// Tells whether a condition bounds the index of an order itself.
fn own_order(key: SortKey) -> fn(&Condition) -> bool {
    match key {
        SortKey::CreatedAt => |condition| matches!(condition, Condition::Created(_)),
        SortKey::UpdatedAt => |condition| matches!(condition, Condition::Updated(_)),
        SortKey::LastActivity | SortKey::Name | SortKey::DeletedAt => |_| false,
    }
}
