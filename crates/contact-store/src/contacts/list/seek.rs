//! Finds the contacts of a page. It chooses the index to scan, and how far to scan in the list's own order first.

use std::collections::VecDeque;

use contact_model::list::Cursor;

use super::condition::Condition;
use super::driver::{counts, most_selective_up_to};
use super::order_scan::scan_step;
use super::position::ranges;
use super::scan::Scan;
use crate::Result;
use crate::connection::Connection;
use crate::contacts::record::ContactRecord;

/// The number of rows that every condition's index must have for each contact that is scanned in the list's own order.
///
/// So the scan in the list's own order costs little. In all, it reads at most about a quarter as many contacts as
/// match the most selective condition.
const ROWS_PER_SCANNED_CONTACT: usize = 8;

/// Reads `rows` contacts from the cursor on, in the order of the scan, and chooses the index to scan.
///
/// Each round counts rows of each condition's index, up to a limit that is larger in the next round. When an index has
/// fewer rows than the limit, that index is scanned. If a further round would cost too much, the scan uses an index
/// that has the list's order, or the index of the first condition if none has.
///
/// If very many contacts match, the first contacts in the list's own order may already fill the page. So each round
/// also scans some contacts in that order, as many as an eighth of the counted rows of one index, unless they are too
/// few for the page. The last round does not, if the index that it found has the list's order.
///
/// For example, a list sorted by name has the conditions A and B. 10,000 contacts match A and 400 match B. `rows` is
/// 21. The first round counts 64 rows of each index. An eighth is 8 contacts, too few for the page. The second round
/// counts up to 512 rows and finds that B has only 400. An eighth of 400 is 50, so it scans the first 50 contacts by
/// name. If 21 of them match A and B, the page is full. Otherwise it reads the contacts that match B, keeps those that
/// match A, and sorts them.
pub(super) async fn seek<C: Connection>(
    scan: Scan<'_>,
    connection: &mut C,
    cursor: Option<&Cursor>,
    rows: usize,
) -> Result<Vec<ContactRecord>> {
    let bounds_order = |condition: &Condition| scan.period_of_order(condition).is_some();
    let ranges = ranges(scan.sort, cursor);
    match scan.conditions {
        // Conditions that bound the list's own index need no other index.
        conditions if conditions.iter().all(bounds_order) => {
            return scan.read(connection, &ranges, rows).await;
        }
        [only] if scan.has_order_of(only) => {
            return Scan { driver: Some(0), ..scan }.read(connection, &ranges, rows).await;
        }
        _ => {}
    }
    let in_order = |condition: &Condition| bounds_order(condition) || scan.has_order_of(condition);
    let (mut found, mut remaining) = (Vec::new(), VecDeque::from(ranges));
    let mut rarest = None;
    for count in counts(scan.conditions.len()) {
        rarest = most_selective_up_to(connection, scan.company, scan.conditions, count).await?;
        let step = match rarest {
            Some((driver, _)) if in_order(&scan.conditions[driver]) => 0,
            Some((_, matches)) => matches / ROWS_PER_SCANNED_CONTACT,
            None => count / ROWS_PER_SCANNED_CONTACT,
        };
        // A step of fewer contacts than the page needs cannot fill it.
        if step >= rows {
            found.extend(scan_step(scan, connection, &mut remaining, rows - found.len(), step).await?);
            if found.len() >= rows || remaining.is_empty() {
                return Ok(found);
            }
        }
        if rarest.is_some() {
            break;
        }
    }
    let driver = match rarest {
        Some((driver, _)) => driver,
        // Every condition matches very many contacts. A scan of an index with the list's order can end as soon as the
        // page is full. If there is none, the matches of the first condition must be sorted.
        None => scan.conditions.iter().position(in_order).unwrap_or_default(),
    };
    // A period of the list's own order is scanned through the index of that order, so it is not a driver.
    let driver = Some(driver).filter(|&driver| !bounds_order(&scan.conditions[driver]));
    let scan = Scan { driver, ..scan };
    found.extend(scan.read(connection, remaining.make_contiguous(), rows - found.len()).await?);
    Ok(found)
}
