//! A list of contacts: the request, and a page of the response. Extension.
//!
//! | what | type |
//! | --- | --- |
//! | the request | [`ContactQuery`] |
//! | its filters | [`Filters`] |
//! | its order | [`Sort`] |
//! | the beginning of its page | [`Cursor`] |
//! | the response | [`ContactList`] |
//! | groups of duplicates | [`DuplicateQuery`], [`DuplicateList`] |

mod contact_cursor;
mod cursor;
pub(crate) mod cursor_encoding;
mod duplicates;
mod filter;
mod id_cursor;
mod page;
mod parameter;
mod query;
mod reader;
mod sort;

pub use contact_cursor::CursorError;
pub use cursor::{Cursor, SortValue};
pub use cursor_encoding::{InvalidCursor, UNREADABLE_CURSOR};
pub use duplicates::{
    DuplicateCursor, DuplicateGroup, DuplicateList, DuplicateQuery, DuplicateReason, LISTED_DUPLICATES,
};
pub use filter::Filters;
pub use id_cursor::{CursorId, IdCursor};
pub use page::{ContactList, ListCount};
pub use parameter::read_time;
pub use query::ContactQuery;
pub use sort::{Sort, SortKey, UnknownSort};
