//! A list to read, and a page of it.

use contact_model::list::{ContactQuery, Cursor, Filters, ListCount};
use contact_model::{CompanyId, Contact};

use crate::queue::Cost;

/// A list of a company's contacts.
#[derive(Debug, Clone)]
pub struct ContactListing {
    /// The company that the contacts belong to. A list never contains another company's contacts.
    pub company_id: CompanyId,
    /// The filters, the order and the cursor.
    pub query: ContactQuery,
}

impl Cost for ContactListing {}

impl ContactListing {
    /// Returns true if the page is read by one statement, or by one statement for each range of the list. Otherwise
    /// several statements read the same contacts and must see them as of one moment.
    pub(crate) fn needs_no_snapshot(&self) -> bool {
        let ContactQuery { filters, search, count, include, .. } = &self.query;
        *filters == Filters::default() && search.is_empty() && !count && !include.custom_fields
    }
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct ContactPage {
    /// The contacts, in the list's order.
    pub contacts: Vec<Contact>,
    /// The cursor of the next page, if there is one.
    pub next: Option<Cursor>,
    /// The cursor of the previous page, if there is one.
    pub previous: Option<Cursor>,
    /// The number of contacts in the list, if requested.
    pub count: Option<ListCount>,
}
