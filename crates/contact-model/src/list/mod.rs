//! The list of a company's contacts: what is asked for, and a page of the answer. Extension.
//!
//! | what | type |
//! | --- | --- |
//! | the whole request | [`ContactQuery`] |
//! | which contacts | [`Filters`] |
//! | in what order | [`Sort`] |
//! | from where on | [`Cursor`] |
//! | the answer | [`ContactList`] |

mod cursor;
mod filter;
mod page;
mod parameter;
mod query;
mod reader;
mod sort;

pub use cursor::{Cursor, CursorError, SortValue};
pub use filter::Filters;
pub use page::ContactList;
pub use parameter::read_time;
pub use query::ContactQuery;
pub use sort::{Sort, SortKey, UnknownSort};
