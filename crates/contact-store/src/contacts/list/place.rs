//! Places in a list: where a walk begins, and how far it goes.

use contact_model::ContactId;
use contact_model::list::{Cursor, Sort, SortKey, SortValue};

use crate::connection::Value;

/// A contact's place in the order of a list.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) value: SortValue,
    pub(super) id: ContactId,
}

/// A part of a list: contacts without a value to sort by come last, either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    WithValue,
    WithoutValue,
}

/// A part of a list that is walked, and which way.
#[derive(Debug, Clone)]
pub(super) struct Start {
    pub(super) part: Part,
    /// Behind this contact, in the direction of the walk.
    pub(super) behind: Option<Place>,
    /// Not beyond this one.
    pub(super) until: Option<Place>,
    pub(super) descending: bool,
}

impl Place {
    /// The value to sort by, unless the contact has none.
    pub(super) fn value(&self) -> Option<Value<'_>> {
        match &self.value {
            SortValue::Time(at) => at.map(Value::time),
            SortValue::Text(text) => text.as_deref().map(Value::text),
        }
    }
}

/// The parts of a list from the cursor on, in the order of the walk, which is the list's, or the other way round
/// where the cursor says so.
pub(super) fn starts(sort: Sort, cursor: Option<&Cursor>) -> Vec<Start> {
    let backward = cursor.is_some_and(|cursor| cursor.backward);
    let mut parts = match sort.key {
        SortKey::CreatedAt | SortKey::UpdatedAt | SortKey::DeletedAt => vec![Part::WithValue],
        SortKey::LastActivity | SortKey::Name => vec![Part::WithValue, Part::WithoutValue],
    };
    if backward {
        parts.reverse();
    }
    let behind = cursor.map(|cursor| Place { value: cursor.value.clone(), id: cursor.id });
    let has_value = behind.as_ref().map(|place| place.value().is_some());
    let first = has_value.map(|has| if has { Part::WithValue } else { Part::WithoutValue });
    let left = parts.into_iter().skip_while(|part| first.is_some_and(|first| first != *part));
    let start = |part| Start {
        part,
        behind: behind.clone().filter(|_| first == Some(part)),
        until: None,
        descending: sort.descending != backward,
    };
    left.map(start).collect()
}
