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

/// The number of index rows that the most selective condition must have for each contact that is scanned in the
/// list's order.
///
/// The order scan advances one contact per eight counted index rows. In total it reads at most about a quarter of the
/// number of matches.
const ROWS_PER_SCANNED_CONTACT: usize = 8;

/// Reads `rows` contacts from the cursor on, in the order of the scan, and chooses the index to scan.
///
/// It counts rows of each condition's index, up to a limit that grows, until one index has fewer. Then it scans that
/// index. If a further count would cost too much, it scans an index that has the list's order. As long as all indexes
/// have more rows, so many contacts match that a short scan in the list's order may find enough of them. So after each
/// count it also scans some contacts in that order. If the matches would have to be sorted, their number decides how
/// much further that scan goes before the sort.
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
        // Every scan is long. A scan in the list's order can end as soon as the page is full.
        None => scan.conditions.iter().position(in_order).unwrap_or_default(),
    };
    let driver = Some(driver).filter(|&driver| !bounds_order(&scan.conditions[driver]));
    let scan = Scan { driver, ..scan };
    found.extend(scan.read(connection, remaining.make_contiguous(), rows - found.len()).await?);
    Ok(found)
}
