//! Lists of contacts, filtered and sorted, from a cursor on.
//!
//! A list scans the rows of one index, its driver: either the index of its order, or the index of the filter that
//! the fewest contacts match. The other filters are checked for each contact of the scan. So if an index has the
//! list's order, the cost of a page depends on the contacts that it shows. Otherwise it depends at most on the
//! number of contacts that match the most selective filter. It is lower if very many contacts match, because then a
//! short scan in the list's order (module `order_scan`) finds enough of them.

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
