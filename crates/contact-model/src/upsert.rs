//! A create that says more of a contact that it makes than of one that it finds. Extension.

use std::borrow::Cow;

use crate::body::ObjectReader;
use crate::{ContactCreate, ContactState, Country, CustomFieldPatch, phone};

/// The key of an item for [`ContactUpsert::keep_fuller_phone`].
pub(crate) const KEEP_FULLER_PHONE: &str = "keep_fuller_phone";

/// A create, and what applies beside it where it creates a contact. Extension.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ContactUpsert {
    /// What applies to a new and to an existing contact, and what an existing one is looked for by.
    pub create: ContactCreate,
    /// What applies to a new contact alone, where `create` lacks the key. Its phone and email are
    /// stored and look for no one.
    pub on_create: Option<ContactCreate>,
    /// If true, an existing contact keeps its phone number if the sent one is a
    /// [less complete spelling](crate::phone::is_less_complete) of it.
    pub keep_fuller_phone: bool,
}

impl From<ContactCreate> for ContactUpsert {
    fn from(create: ContactCreate) -> Self {
        Self { create, on_create: None, keep_fuller_phone: false }
    }
}

impl ContactUpsert {
    /// Takes the keys of a create and `on_create` out of an object.
    pub(crate) fn take_from(object: &mut ObjectReader<'_>) -> Self {
        let create = ContactCreate::take_from(object);
        Self {
            create,
            on_create: object.nested("on_create", ContactCreate::take_from),
            keep_fuller_phone: object.boolean(KEEP_FULLER_PHONE).unwrap_or_default(),
        }
    }

    /// Returns true if an existing contact keeps its phone number because the sent one is a less complete
    /// spelling of it.
    pub fn keeps_phone_of(&self, contact: &ContactState, country: Country) -> bool {
        let (sent, stored) = (self.create.phone_number.value(), contact.phone.as_ref());
        self.keep_fuller_phone
            && sent.zip(stored).is_some_and(|(sent, stored)| phone::is_less_complete(sent, stored, country))
    }

    /// What a new contact is made of, as if the create had been sent with the keys of `on_create` that it
    /// lacks; but for custom fields, which [`ContactUpsert::custom_fields_on_create`] tells.
    pub fn for_new(&self) -> Cow<'_, ContactCreate> {
        let Some(others) = &self.on_create else { return Cow::Borrowed(&self.create) };
        let (own, others) = (self.create.clone(), others.clone());
        Cow::Owned(ContactCreate {
            full_name: own.full_name.or(others.full_name),
            first_name: own.first_name.or(others.first_name),
            last_name: own.last_name.or(others.last_name),
            email: own.email.or(others.email),
            phone_number: own.phone_number.or(others.phone_number),
            business_name: own.business_name.or(others.business_name),
            notes: own.notes.or(others.notes),
            tags: own.tags.or(others.tags),
            is_dnd: own.is_dnd.or(others.is_dnd),
            lead_source: own.lead_source.or(others.lead_source),
            custom_fields: own.custom_fields,
        })
    }

    /// The values of custom fields that a new contact begins with, before the create's own are applied: so
    /// each name that the create has is the create's.
    pub fn custom_fields_on_create(&self) -> Option<&CustomFieldPatch> {
        self.on_create.as_ref().and_then(|others| others.custom_fields.as_ref())
    }

    /// True where values of custom fields are sent.
    pub fn has_custom_fields(&self) -> bool {
        self.create.custom_fields.is_some() || self.custom_fields_on_create().is_some()
    }
}
