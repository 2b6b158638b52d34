//! Which contacts a list holds. Extension.

use std::collections::{BTreeMap, BTreeSet};

use crate::{LeadSource, Timestamp};

/// Which contacts a list holds: those that all of these apply to. Extension. The default applies to
/// every contact.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filters {
    /// The email address as it was sent, to be compared by [`crate::email::key`]. Not empty.
    pub email: Option<String>,
    /// The phone number in any spelling, to be compared by [`crate::phone::key`]. Not empty.
    pub phone: Option<String>,
    /// Tags that the contact has, all of them, exactly as they are spelled.
    pub tags: BTreeSet<String>,
    /// Where the contact came from.
    pub lead_source: Option<LeadSource>,
    /// Whether the contact is not to be disturbed.
    pub is_dnd: Option<bool>,
    /// Whether the contact has a phone number.
    pub has_phone: Option<bool>,
    /// Created at this time or later.
    pub created_after: Option<Timestamp>,
    /// Created before this time.
    pub created_before: Option<Timestamp>,
    /// Last changed at this time or later.
    pub updated_after: Option<Timestamp>,
    /// Last changed before this time.
    pub updated_before: Option<Timestamp>,
    /// Values of custom fields, by the name of the field.
    pub custom_fields: BTreeMap<String, String>,
}

impl Filters {
    /// The query pairs that say the same, in an order that depends on nothing else.
    pub(super) fn to_pairs(&self) -> Vec<(String, String)> {
        let times = [
            ("created_after", self.created_after),
            ("created_before", self.created_before),
            ("updated_after", self.updated_after),
            ("updated_before", self.updated_before),
        ];
        let single = [
            ("email", self.email.clone()),
            ("phone", self.phone.clone()),
            ("lead_source", self.lead_source.map(|source| source.as_str().to_owned())),
            ("is_dnd", self.is_dnd.map(|is_dnd| is_dnd.to_string())),
            ("has_phone", self.has_phone.map(|has_phone| has_phone.to_string())),
        ];
        let times = times.into_iter().map(|(name, time)| (name, time.map(|time| time.to_string())));
        let single = single.into_iter().chain(times);
        let mut pairs: Vec<_> =
            single.filter_map(|(name, value)| value.map(|value| (name.to_owned(), value))).collect();
        pairs.extend(self.tags.iter().map(|tag| ("tag".to_owned(), tag.clone())));
        let fields = self.custom_fields.iter();
        pairs.extend(fields.map(|(name, value)| (format!("custom_fields[{name}]"), value.clone())));
        pairs
    }
}
