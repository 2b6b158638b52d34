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

macro_rules! setters {
    ($($(#[$doc:meta])* $key:ident: $value:ty;)+) => {
        $(
            $(#[$doc])*
            #[must_use]
            pub fn $key(mut self, value: impl Into<$value>) -> Self {
                self.$key = Some(value.into());
                self
            }
        )+
    };
}

impl Filters {
    /// Creates filters that pass every contact.
    pub fn new() -> Self {
        Self::default()
    }

    setters! {
        /// Keeps contacts with this email address, in any case.
        email: String;
        /// Keeps contacts with this phone number, in any spelling.
        phone: String;
        /// Keeps contacts with this origin.
        lead_source: LeadSource;
        /// Keeps contacts that must not be disturbed, or those that may be.
        is_dnd: bool;
        /// Keeps contacts with a phone number, or those without one.
        has_phone: bool;
        /// Keeps contacts that were created at this time or later.
        created_after: Timestamp;
        /// Keeps contacts that were created before this time.
        created_before: Timestamp;
        /// Keeps contacts that last changed at this time or later.
        updated_after: Timestamp;
        /// Keeps contacts that last changed before this time.
        updated_before: Timestamp;
    }

    /// Keeps contacts with this tag, spelled exactly. Several tags must all be present.
    #[must_use]
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.tags.insert(tag.into());
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
        fn text(value: &Option<impl ToString>) -> Option<String> {
            value.as_ref().map(ToString::to_string)
        }
        let single = [
            ("email", text(&self.email)),
            ("phone", text(&self.phone)),
            ("lead_source", text(&self.lead_source)),
            ("is_dnd", text(&self.is_dnd)),
            ("has_phone", text(&self.has_phone)),
            ("created_after", text(&self.created_after)),
            ("created_before", text(&self.created_before)),
            ("updated_after", text(&self.updated_after)),
            ("updated_before", text(&self.updated_before)),
        ];
        let sent = single.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        let mut pairs: Vec<_> = sent.collect();
        pairs.extend(self.tags.iter().map(|tag| ("tag".to_owned(), tag.clone())));
        let fields = self.custom_fields.iter();
        pairs.extend(fields.map(|(name, value)| (format!("custom_fields[{name}]"), value.clone())));
        pairs
    }
}
