//! A create with further fields that apply only to a new contact. Extension.

use std::borrow::Cow;

use serde::Serialize;

use crate::body::{ObjectReader, RequestBody};
use crate::{ContactCreate, ContactFields, ContactState, Country, CustomFieldPatch, phone};

/// The key of [`ContactUpsert::keep_fuller_phone`] in a batch item.
pub(crate) const KEEP_FULLER_PHONE: &str = "keep_fuller_phone";

/// A create, and further fields that apply only if it creates a contact. Extension.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ContactUpsert {
    /// The fields for new and existing contacts, which are also used to find an existing contact.
    #[serde(flatten)]
    pub create: ContactCreate,
    /// The fields for a new contact that `create` does not contain. Their phone number and email address are
    /// stored but not used to find a contact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_create: Option<ContactCreate>,
    /// If true, an existing contact keeps its phone number if the sent one is a [less complete
    /// spelling](crate::phone::is_less_complete) of it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub keep_fuller_phone: bool,
}

impl From<ContactCreate> for ContactUpsert {
    fn from(create: ContactCreate) -> Self {
        Self { create, on_create: None, keep_fuller_phone: false }
    }
}

impl RequestBody for ContactUpsert {
    fn read(object: &mut ObjectReader<'_>) -> Self {
        let create = ContactCreate::read(object);
        Self {
            create,
            on_create: object.nested("on_create"),
            keep_fuller_phone: object.boolean(KEEP_FULLER_PHONE).unwrap_or_default(),
        }
    }
}

impl ContactUpsert {
    /// Returns true if an existing contact keeps its phone number because the sent one is a less complete
    /// spelling of it.
    pub fn keeps_phone_of(&self, contact: &ContactState, country: Country) -> bool {
        let (sent, stored) = (self.create.fields.phone_number.value(), contact.phone.as_ref());
        self.keep_fuller_phone
            && sent.zip(stored).is_some_and(|(sent, stored)| phone::is_less_complete(sent, stored, country))
    }

    /// Returns the create for a new contact: the fields of `create`, and those of `on_create` that `create`
    /// does not contain. Custom fields are separate: see [`ContactUpsert::custom_fields_on_create`].
    pub fn for_new(&self) -> Cow<'_, ContactCreate> {
        let Some(others) = &self.on_create else { return Cow::Borrowed(&self.create) };
        let fields = self.create.fields.clone().or(others.fields.clone());
        let custom_fields = self.create.fields.custom_fields.clone();
        Cow::Owned(ContactCreate { fields: ContactFields { custom_fields, ..fields } })
    }

    /// Returns the custom fields that a new contact gets before those of `create`, which take precedence.
    pub fn custom_fields_on_create(&self) -> Option<&CustomFieldPatch> {
        self.on_create.as_ref().and_then(|others| others.fields.custom_fields.as_ref())
    }

    /// Returns true if the upsert contains values of custom fields.
    pub fn has_custom_fields(&self) -> bool {
        self.create.fields.custom_fields.is_some() || self.custom_fields_on_create().is_some()
    }
}
