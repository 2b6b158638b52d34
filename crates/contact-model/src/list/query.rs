//! A complete request for a list of contacts. Extension.

use super::{Cursor, Filters, Sort, SortKey};
use crate::search::Search;
use crate::{Include, limits};

/// A request for a page of the list of contacts, which [`ContactQuery::read`] reads. The default requests the
/// first page of all contacts. Extension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactQuery {
    /// The filters.
    pub filters: Filters,
    /// The search. The default finds every contact.
    pub search: Search,
    /// True for a list of the deleted contacts, false for a list of the others.
    pub deleted: bool,
    /// The order.
    pub sort: Sort,
    /// The number of contacts on a page, from 1 to [`limits::PAGE_SIZE`].
    pub page_size: u16,
    /// The beginning of the page. Without a cursor, it is the first page.
    pub cursor: Option<Cursor>,
    /// True if the response contains the number of contacts in the whole list.
    pub count: bool,
    /// The optional keys of the contacts.
    pub include: Include,
}

impl Default for ContactQuery {
    fn default() -> Self {
        Self {
            filters: Filters::default(),
            search: Search::default(),
            deleted: false,
            sort: Sort::default(),
            page_size: limits::DEFAULT_PAGE_SIZE,
            cursor: None,
            count: false,
            include: Include::default(),
        }
    }
}

impl ContactQuery {
    /// Returns the equivalent query pairs without the cursor and without default values. They are not encoded
    /// for a URL.
    pub fn to_pairs(&self) -> Vec<(String, String)> {
        let mut pairs = self.selection_pairs();
        let mut add = |name: &str, value: String| pairs.push((name.to_owned(), value));
        if self.sort != Self::default_sort(self.deleted) {
            add("sort", self.sort.to_string());
        }
        if self.page_size != limits::DEFAULT_PAGE_SIZE {
            add("page_size", self.page_size.to_string());
        }
        if self.count {
            add("count", true.to_string());
        }
        if self.include != Include::default() {
            add("include", self.include.words().collect::<Vec<_>>().join(","));
        }
        pairs
    }

    /// Returns the default order: the newest contacts first, or the contacts that were deleted last.
    pub(super) fn default_sort(deleted: bool) -> Sort {
        if deleted { SortKey::DeletedAt.descending() } else { Sort::default() }
    }

    /// Returns the pairs that select the contacts of the list.
    pub(super) fn selection_pairs(&self) -> Vec<(String, String)> {
        let mut pairs = self.filters.to_pairs();
        if !self.search.is_empty() {
            pairs.push(("search".to_owned(), self.search.text().to_owned()));
        }
        if self.deleted {
            pairs.push(("deleted".to_owned(), true.to_string()));
        }
        pairs
    }
}
