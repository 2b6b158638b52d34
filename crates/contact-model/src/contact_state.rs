//! A contact as it is stored: the fields that an update or a create may change.

use std::borrow::Cow;

use crate::name::NameParts;
use crate::{Country, LeadSource, Patch, email, name, phone};

/// The fields of a contact that a request may change, custom fields aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactState {
    /// The full name.
    pub name: Option<String>,
    /// The first name.
    pub first_name: Option<String>,
    /// The last name.
    pub last_name: Option<String>,
    /// The email address.
    pub email: Option<String>,
    /// The phone number.
    pub phone: Option<String>,
    /// The company the contact speaks for.
    pub business_name: Option<String>,
    /// Free text.
    pub notes: Option<String>,
    /// The tags, in their order.
    pub tags: Vec<String>,
    /// Where the contact came from.
    pub lead_source: LeadSource,
    /// "Do not disturb".
    pub is_dnd: bool,
}

impl Default for ContactState {
    /// An empty contact, as a create without keys makes it.
    fn default() -> Self {
        Self {
            name: None,
            first_name: None,
            last_name: None,
            email: None,
            phone: None,
            business_name: None,
            notes: None,
            tags: Vec::new(),
            lead_source: LeadSource::Api,
            is_dnd: false,
        }
    }
}

impl ContactState {
    /// Returns the full name, composed of its parts if the contact was stored without it.
    pub fn full_name(&self) -> Option<Cow<'_, str>> {
        let composed = || name::compose(self.first_name.as_deref(), self.last_name.as_deref());
        self.name.as_deref().map(Cow::Borrowed).or_else(|| composed().map(Cow::Owned))
    }

    /// What the contact is found by when a create names its phone.
    pub fn phone_key(&self, country: Country) -> Option<String> {
        self.phone.as_deref().and_then(|phone| phone::key(phone, country))
    }

    /// What the contact is found by when a create names its email.
    pub fn email_key(&self) -> Option<String> {
        self.email.as_deref().and_then(email::key)
    }

    /// Returns which of `name`, `email` and `phone` the contact had before and has no longer in `after`.
    pub fn replaced_in(&self, after: &Self) -> Vec<&'static str> {
        let values = [
            ("name", &self.name, &after.name),
            ("email", &self.email, &after.email),
            ("phone", &self.phone, &after.phone),
        ];
        let is_replaced = |before: &Option<String>, after: &Option<String>| {
            before.as_ref().is_some_and(|text| !text.is_empty()) && before != after
        };
        values
            .into_iter()
            .filter(|(_, before, after)| is_replaced(before, after))
            .map(|(key, ..)| key)
            .collect()
    }

    /// Applies the three keys that name a contact. Documented: `full_name` also updates both parts.
    /// Decided: a part sent beside it wins for its own column; sent without it, the name is
    /// composed anew.
    pub(crate) fn apply_names(
        &mut self,
        full_name: &Patch<String>,
        first_name: &Patch<String>,
        last_name: &Patch<String>,
        split: fn(&str) -> NameParts,
    ) {
        if let Some(assigned) = full_name.as_assignment() {
            let parts = assigned.map(|sent| split(sent)).unwrap_or_default();
            self.name = assigned.cloned();
            self.first_name = parts.first;
            self.last_name = parts.last;
        }
        first_name.apply(&mut self.first_name);
        last_name.apply(&mut self.last_name);
        if full_name.is_keep() && !(first_name.is_keep() && last_name.is_keep()) {
            self.name = name::compose(self.first_name.as_deref(), self.last_name.as_deref());
        }
    }
}
