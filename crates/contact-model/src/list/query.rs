//! A whole request for a list of contacts. Extension.

use super::{Cursor, Filters, Sort, SortKey};
use crate::search::Search;
use crate::{Include, limits};

/// A request for a page of the list of contacts. Extension. [`ContactQuery::read`]
/// reads it; the default asks for the first page of every contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactQuery {
    /// Which contacts.
    pub filters: Filters,
    /// What contacts are searched for; the default finds every contact.
    pub search: Search,
    /// True for the deleted contacts, false for the others.
    pub deleted: bool,
    /// In what order.
    pub sort: Sort,
    /// How many on the page, 1 to [`limits::PAGE_SIZE`].
    pub page_size: u16,
    /// Where the page begins; without one the list begins.
    pub cursor: Option<Cursor>,
    /// True where the answer says how many contacts the whole list holds.
    pub count: bool,
    /// Which further keys the contacts carry.
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
    /// The query pairs that say the same, the cursor and what is the default left out. Not yet
    /// encoded for a URL.
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

    /// Returns the order of a list that asks for none: the newest contacts first, or those that were deleted last.
    pub(super) fn default_sort(deleted: bool) -> Sort {
        if deleted { SortKey::DeletedAt.descending() } else { Sort::default() }
    }

    /// The pairs that say which contacts the list holds.
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
