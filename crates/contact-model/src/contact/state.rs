//! The fields of a stored contact that a create or an update may change.

use std::borrow::Cow;

use serde::Serialize;

use crate::{Country, LeadSource, Patch, email, name, phone};

/// The fields of a contact that a request may change, without the custom fields. The default is an empty
/// contact, as a create without keys makes it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
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
    /// The company that the contact represents.
    pub business_name: Option<String>,
    /// Free text.
    pub notes: Option<String>,
    /// The tags, in order.
    pub tags: Vec<String>,
    /// The origin of the contact.
    pub lead_source: LeadSource,
    /// "Do not disturb".
    pub is_dnd: bool,
}

impl ContactState {
    /// Returns the full name. It is composed from the first and last name if the contact was stored without a
    /// full name.
    pub fn full_name(&self) -> Option<Cow<'_, str>> {
        let composed = || name::compose(self.first_name.as_deref(), self.last_name.as_deref());
        self.name.as_deref().map(Cow::Borrowed).or_else(|| composed().map(Cow::Owned))
    }

    /// Returns the key that a create with a phone number finds this contact by.
    pub fn phone_key(&self, country: Country) -> Option<String> {
        self.phone.as_deref().and_then(|phone| phone::key(phone, country))
    }

    /// Returns the key that a create with an email address finds this contact by.
    pub fn email_key(&self) -> Option<String> {
        self.email.as_deref().and_then(email::key)
    }

    /// Returns the texts that a search finds: the name, the email address, the business name and the phone number.
    /// See [`search::words`](crate::search::words()).
    pub fn searched_texts(&self) -> [Option<&str>; 4] {
        [&self.name, &self.email, &self.business_name, &self.phone].map(Option::as_deref)
    }

    /// Returns which of `name`, `email` and `phone` had a value that is different in `after`.
    pub fn replaced_in(&self, after: &Self) -> Vec<&'static str> {
        let values = [
            ("name", &self.name, &after.name),
            ("email", &self.email, &after.email),
            ("phone", &self.phone, &after.phone),
        ];
        let had_value = |before: &Option<String>| before.as_ref().is_some_and(|text| !text.is_empty());
        let replaced = values.into_iter().filter(|(_, before, after)| had_value(before) && before != after);
        replaced.map(|(key, ..)| key).collect()
    }

    /// Applies the three name fields. Documented: `full_name` also sets the first and the last name. Decided:
    /// a first or last name that is sent with it takes precedence. Without `full_name`, the full name is
    /// composed again from the first and last name.
    pub(crate) fn apply_names(
        &mut self,
        full_name: &Patch<String>,
        first_name: &Patch<String>,
        last_name: &Patch<String>,
    ) {
        if let Some(assigned) = full_name.as_assignment() {
            let parts = assigned.map(|sent| name::split(sent)).unwrap_or_default();
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
