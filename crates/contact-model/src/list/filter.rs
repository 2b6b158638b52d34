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
    /// No filter yet: every contact.
    pub fn new() -> Self {
        Self::default()
    }

    /// Contacts with this email address, in any case.
    #[must_use]
    pub fn email(mut self, email: impl Into<String>) -> Self {
        self.email = Some(email.into());
        self
    }

    /// Contacts with this phone number, in any spelling.
    #[must_use]
    pub fn phone(mut self, phone: impl Into<String>) -> Self {
        self.phone = Some(phone.into());
        self
    }

    /// Contacts with this tag too, exactly as it is spelled.
    #[must_use]
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.tags.insert(tag.into());
        self
    }

    /// Contacts that came from there.
    #[must_use]
    pub fn lead_source(mut self, lead_source: LeadSource) -> Self {
        self.lead_source = Some(lead_source);
        self
    }

    /// Contacts that are, or are not, to be left alone.
    #[must_use]
    pub fn is_dnd(mut self, is_dnd: bool) -> Self {
        self.is_dnd = Some(is_dnd);
        self
    }

    /// Contacts with, or without, a phone number.
    #[must_use]
    pub fn has_phone(mut self, has_phone: bool) -> Self {
        self.has_phone = Some(has_phone);
        self
    }

    /// Contacts created at this time or later.
    #[must_use]
    pub fn created_after(mut self, time: impl Into<Timestamp>) -> Self {
        self.created_after = Some(time.into());
        self
    }

    /// Contacts created before this time.
    #[must_use]
    pub fn created_before(mut self, time: impl Into<Timestamp>) -> Self {
        self.created_before = Some(time.into());
        self
    }

    /// Contacts that last changed at this time or later.
    #[must_use]
    pub fn updated_after(mut self, time: impl Into<Timestamp>) -> Self {
        self.updated_after = Some(time.into());
        self
    }

    /// Contacts that last changed before this time.
    #[must_use]
    pub fn updated_before(mut self, time: impl Into<Timestamp>) -> Self {
        self.updated_before = Some(time.into());
        self
    }

    /// Contacts with this value of a custom field.
    #[must_use]
    pub fn custom_field(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.custom_fields.insert(name.into(), value.into());
        self
    }

    /// The query pairs that say the same, in an order that depends on nothing else.
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
