//! Lists of contacts, filtered and sorted, from a cursor on.
//!
//! A list scans the rows of one index, its driver: either the index of its order, or the index of the filter that
//! matches the fewest contacts. The other filters are checked for each contact of the scan. If the driver has the
//! list's order, the scan ends as soon as the page is full. Otherwise the scan reads and sorts all contacts that match
//! the most selective filter. If very many contacts match, a short scan in the list's own order (module `order_scan`)
//! usually finds enough of them, and nothing must be sorted.

mod condition;
mod driver;
mod listing;
mod order;
mod order_scan;
mod page;
mod position;
mod scan;
mod seek;
mod statement;

pub use listing::{ContactListing, ContactPage};
pub(crate) use page::list;

#[cfg(test)]
mod tests;
