//! A list of contacts: the request, and a page of the response. Extension.
//!
//! | what | type |
//! | --- | --- |
//! | the request | [`ContactQuery`] |
//! | its filters | [`Filters`] |
//! | its order | [`Sort`] |
//! | the beginning of its page | [`Cursor`] |
//! | the response | [`ContactList`] |

mod cursor;
mod filter;
mod page;
mod parameter;
mod query;
mod reader;
mod sort;

pub use cursor::{Cursor, CursorError, SortValue};
pub use filter::Filters;
pub use page::{ContactList, ListCount};
pub use parameter::read_time;
pub use query::ContactQuery;
pub use sort::{Sort, SortKey, UnknownSort};
