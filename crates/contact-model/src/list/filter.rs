//! The filters of a list of contacts. Extension.

use std::collections::{BTreeMap, BTreeSet};

use crate::{LeadSource, Timestamp};

/// The filters of a list of contacts. A contact must pass all of them. The default passes every contact.
/// Extension.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filters {
    /// The email address as sent. Compared by [`crate::email::key`]. Not empty.
    pub email: Option<String>,
    /// The phone number in any spelling. Compared by [`crate::phone::key`]. Not empty.
    pub phone: Option<String>,
    /// The tags that the contact must have, spelled exactly.
    pub tags: BTreeSet<String>,
    /// The origin of the contact.
    pub lead_source: Option<LeadSource>,
    /// Whether the contact must not be disturbed.
    pub is_dnd: Option<bool>,
    /// Whether the contact has a phone number.
    pub has_phone: Option<bool>,
    /// The earliest creation time.
    pub created_after: Option<Timestamp>,
    /// The time before which the contact was created.
    pub created_before: Option<Timestamp>,
    /// The earliest time of the last change.
    pub updated_after: Option<Timestamp>,
    /// The time before which the contact last changed.
    pub updated_before: Option<Timestamp>,
    /// The values of custom fields, by the name of the field.
    pub custom_fields: BTreeMap<String, String>,
}

impl Filters {
    /// Creates filters that pass every contact.
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps contacts with this email address, in any case.
    #[must_use]
    pub fn email(mut self, email: impl Into<String>) -> Self {
        self.email = Some(email.into());
        self
    }

    /// Keeps contacts with this phone number, in any spelling.
    #[must_use]
    pub fn phone(mut self, phone: impl Into<String>) -> Self {
        self.phone = Some(phone.into());
        self
    }

    /// Keeps contacts with this tag, spelled exactly. Several tags must all be present.
    #[must_use]
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.tags.insert(tag.into());
        self
    }

    /// Keeps contacts with this origin.
    #[must_use]
    pub fn lead_source(mut self, lead_source: LeadSource) -> Self {
        self.lead_source = Some(lead_source);
        self
    }

    /// Keeps contacts that must not be disturbed, or those that may be.
    #[must_use]
    pub fn is_dnd(mut self, is_dnd: bool) -> Self {
        self.is_dnd = Some(is_dnd);
        self
    }

    /// Keeps contacts with a phone number, or those without one.
    #[must_use]
    pub fn has_phone(mut self, has_phone: bool) -> Self {
        self.has_phone = Some(has_phone);
        self
    }

    /// Keeps contacts that were created at this time or later.
    #[must_use]
    pub fn created_after(mut self, time: impl Into<Timestamp>) -> Self {
        self.created_after = Some(time.into());
        self
    }

    /// Keeps contacts that were created before this time.
    #[must_use]
    pub fn created_before(mut self, time: impl Into<Timestamp>) -> Self {
        self.created_before = Some(time.into());
        self
    }

    /// Keeps contacts that last changed at this time or later.
    #[must_use]
    pub fn updated_after(mut self, time: impl Into<Timestamp>) -> Self {
        self.updated_after = Some(time.into());
        self
    }

    /// Keeps contacts that last changed before this time.
    #[must_use]
    pub fn updated_before(mut self, time: impl Into<Timestamp>) -> Self {
        self.updated_before = Some(time.into());
        self
    }

    /// Keeps contacts with this value of a custom field.
    #[must_use]
    pub fn custom_field(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.custom_fields.insert(name.into(), value.into());
        self
    }

    /// Returns the equivalent query pairs, in an order that depends only on the filters.
    pub fn to_pairs(&self) -> Vec<(String, String)> {
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
