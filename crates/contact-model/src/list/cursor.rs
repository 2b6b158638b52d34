//! The cursor of a list of contacts, which marks the beginning of a page. Extension.

use crate::{ContactId, Timestamp};

/// The value of the key that contacts are sorted by. Extension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SortValue {
    /// A time, for every key except [`SortKey::Name`](super::SortKey::Name).
    Time(Option<Timestamp>),
    /// A key from [`crate::search::name_key`], for [`SortKey::Name`](super::SortKey::Name).
    Text(Option<String>),
}

/// The contact that a page begins after or ends before. Extension.
///
/// A client receives the cursor in a URL and sends it back. The server encrypts and authenticates it, because it
/// contains the name or a time of the contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// The value that the contact is sorted by.
    pub value: SortValue,
    /// The contact's id, which orders contacts with equal values.
    pub id: ContactId,
    /// True if the page ends before the contact, false if it begins after it.
    pub backward: bool,
}
