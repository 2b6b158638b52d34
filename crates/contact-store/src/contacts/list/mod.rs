//! Lists of contacts: which, in which order, and from where on.
//!
//! A list walks the rows of one index, its driver: that of its order, or that of the filter which the fewest
//! contacts match. What the other filters ask is checked of each contact on the way. So a page costs as much as it
//! shows where an index has the list's order, and at most the matches of its most selective filter otherwise: less
//! where so many match that a glance at the list's order finds enough of them.

mod condition;
mod driver;
mod explain;
mod glance;
mod order;
mod page;
mod place;
mod seek;
mod statement;
mod walk;

pub(crate) use explain::Explaining;
pub use explain::Plan;
pub(crate) use page::list;

use contact_model::list::{ContactQuery, Cursor, Filters, ListCount};
use contact_model::{CompanyId, Contact};

use crate::queue::Cost;

/// A list of a company's contacts.
#[derive(Debug, Clone)]
pub struct ContactListing {
    /// The company whose contacts are listed. No list has another company's.
    pub company_id: CompanyId,
    /// Which of them, in which order, and from where on.
    pub query: ContactQuery,
}

impl Cost for ContactListing {}

impl ContactListing {
    /// True for a page that one statement reads, or one for each part of the list. The statements of others are to
    /// see the contacts as of one moment.
    pub(crate) fn takes_one_statement(&self) -> bool {
        let ContactQuery { filters, search, count, include, .. } = &self.query;
        *filters == Filters::default() && search.is_empty() && !count && !include.custom_fields
    }
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct ContactPage {
    /// The contacts, in the list's order.
    pub contacts: Vec<Contact>,
    /// Where the next page begins, if there is one.
    pub next: Option<Cursor>,
    /// Where the previous page begins, if there is one.
    pub previous: Option<Cursor>,
    /// How many contacts the list has, if that was asked for.
    pub count: Option<ListCount>,
}
