//! A contact of a working set.

use std::collections::BTreeMap;
use std::sync::Arc;

use contact_model::custom_field::{self, CustomFieldValues, ResolvedCustomFields};
use contact_model::entity_tag::ShownCustomFields;
use contact_model::{CustomField, CustomFieldPatch, Handling, JsonText, Violations};

use super::company_data::CompanyData;
use super::record::ContactRecord;
use super::write::Action;

/// A contact with the values of its custom fields.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ContactSnapshot {
    /// The row. It is shared with the results of the writes, so that a contact is copied only when it changes.
    pub(super) record: Arc<ContactRecord>,
    pub(super) values: CustomFieldValues,
}

/// A contact of a working set, unchanged or changed by the set. An unchanged contact is not copied.
pub(super) enum TrackedContact {
    /// Unchanged since it was loaded.
    Loaded(ContactSnapshot),
    /// Changed since it was loaded.
    Updated { before: ContactSnapshot, after: ContactSnapshot },
    /// Created by the set.
    Created(ContactSnapshot),
    /// To be removed permanently, as it was stored.
    Erased(ContactSnapshot),
}

impl TrackedContact {
    /// Returns the contact after the writes so far, unless it was removed permanently.
    pub(super) fn current(&self) -> Option<&ContactSnapshot> {
        match self {
            Self::Loaded(contact) | Self::Created(contact) | Self::Updated { after: contact, .. } => {
                Some(contact)
            }
            Self::Erased(_) => None,
        }
    }

    /// Removes the contact permanently. Returns `None` if it was never stored.
    pub(super) fn erase(self) -> Option<Self> {
        match self {
            Self::Loaded(before) | Self::Updated { before, .. } | Self::Erased(before) => {
                Some(Self::Erased(before))
            }
            Self::Created(_) => None,
        }
    }

    /// Replaces the contact with its state after another write.
    pub(super) fn replace(self, contact: ContactSnapshot) -> Self {
        match self {
            Self::Loaded(before) | Self::Updated { before, .. } | Self::Erased(before) => {
                Self::Updated { before, after: contact }
            }
            Self::Created(_) => Self::Created(contact),
        }
    }
}

impl ContactSnapshot {
    /// Returns the bytes of the contact's texts and custom fields.
    pub(super) fn bytes(&self) -> usize {
        self.record.bytes() + self.values.values().map(|value| value.as_str().len()).sum::<usize>()
    }

    pub(super) fn new(record: ContactRecord) -> Self {
        Self { record: Arc::new(record), values: CustomFieldValues::new() }
    }

    /// Applies custom fields. Returns the names of those that are not stored.
    pub(super) fn apply_custom_fields(
        &mut self,
        patch: &CustomFieldPatch,
        fields: &[CustomField],
        handling: Handling,
    ) -> Result<Vec<String>, Violations> {
        let ResolvedCustomFields { changes, ignored } = patch.resolve(fields, handling)?;
        custom_field::apply(&changes, &mut self.values)?;
        Ok(ignored)
    }

    /// Returns whether the contact differs from `before`, as an action.
    pub(super) fn action_since(&self, before: &Self) -> Action {
        if self == before { Action::Unchanged } else { Action::Updated }
    }

    /// Returns the versions of the custom fields that [`ContactSnapshot::named_values`] returns.
    pub(super) fn shown_fields(&self, data: &CompanyData) -> ShownCustomFields {
        let mut shown = ShownCustomFields::default();
        let company = self.record.company_id;
        let versions = self.values.keys().filter_map(|field| data.field_versions.get(&(company, *field)));
        versions.for_each(|version| shown.add(*version));
        shown
    }

    /// Returns the custom-field values by the names of their fields.
    pub(super) fn named_values(&self, definitions: Option<&Vec<CustomField>>) -> BTreeMap<String, JsonText> {
        let definitions = definitions.map(Vec::as_slice).unwrap_or_default();
        definitions
            .iter()
            .filter_map(|field| Some((field.name.clone(), self.values.get(&field.id)?.clone())))
            .collect()
    }
}
