//! Positions in a list, which bound a scan.

use contact_model::ContactId;
use contact_model::list::{Cursor, Sort, SortKey, SortValue};

use crate::connection::Value;

/// The position of a contact in the order of a list.
#[derive(Debug, Clone)]
pub(super) struct Position {
    pub(super) value: SortValue,
    pub(super) id: ContactId,
}

/// One of the two parts of a list: the contacts with a value to sort by, or those without one, which come last in
/// either direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    WithValue,
    WithoutValue,
}

/// A range of a list to scan, within one part, with its bounds and its direction.
#[derive(Debug, Clone)]
pub(super) struct ScanRange {
    pub(super) part: Part,
    /// The scan begins after this contact, in its direction.
    pub(super) after: Option<Position>,
    /// The scan ends with this contact.
    pub(super) until: Option<Position>,
    pub(super) descending: bool,
}

impl Position {
    /// Returns the value to sort by, if the contact has one.
    pub(super) fn value(&self) -> Option<Value<'_>> {
        match &self.value {
            SortValue::Time(at) => at.map(Value::time),
            SortValue::Text(text) => text.as_deref().map(Value::text),
        }
    }
}

/// Returns the ranges of a list from the cursor on, in the order of the scan. That is the order of the list, or the
/// reverse if the cursor points backward.
pub(super) fn ranges(sort: Sort, cursor: Option<&Cursor>) -> Vec<ScanRange> {
    let backward = cursor.is_some_and(|cursor| cursor.backward);
    let mut parts = match sort.key {
        SortKey::CreatedAt | SortKey::UpdatedAt | SortKey::DeletedAt => vec![Part::WithValue],
        SortKey::LastActivity | SortKey::Name => vec![Part::WithValue, Part::WithoutValue],
    };
    if backward {
        parts.reverse();
    }
    let after = cursor.map(|cursor| Position { value: cursor.value.clone(), id: cursor.id });
    let has_value = after.as_ref().map(|position| position.value().is_some());
    let first = has_value.map(|has| if has { Part::WithValue } else { Part::WithoutValue });
    let left = parts.into_iter().skip_while(|part| first.is_some_and(|first| first != *part));
    let range = |part| ScanRange {
        part,
        after: after.clone().filter(|_| first == Some(part)),
        until: None,
        descending: sort.descending != backward,
    };
    left.map(range).collect()
}
