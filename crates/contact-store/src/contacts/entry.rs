//! A contact of a working set.

use std::collections::BTreeMap;
use std::sync::Arc;

use contact_model::custom_field::{self, CustomFieldValues, ResolvedCustomFields};
use contact_model::entity_tag::ShownCustomFields;
use contact_model::{CompanyId, CustomField, CustomFieldPatch, Handling, JsonText, Violations};

use super::facts::CompanyFacts;
use super::record::ContactRecord;
use super::write::Action;

/// A contact with the values of its custom fields.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Image {
    /// The row. It is shared with the results of the writes, so that a contact is copied only when it changes.
    pub(super) record: Arc<ContactRecord>,
    pub(super) values: CustomFieldValues,
}

/// A contact of a working set, unchanged or changed by the set. An unchanged contact is not copied.
pub(super) enum Entry {
    /// Unchanged since it was loaded.
    Loaded(Image),
    /// Changed since it was loaded.
    Changed { stored: Image, now: Image },
    /// Created by the set.
    Created(Image),
    /// To be removed permanently.
    Erased { stored: Image },
}

impl Entry {
    /// Returns the contact after the writes so far, unless it was removed permanently.
    pub(super) fn now(&self) -> Option<&Image> {
        match self {
            Self::Loaded(image) | Self::Created(image) | Self::Changed { now: image, .. } => Some(image),
            Self::Erased { .. } => None,
        }
    }

    /// Removes the contact permanently. Returns `None` if it was never stored.
    pub(super) fn erase(self) -> Option<Self> {
        match self {
            Self::Loaded(stored) | Self::Changed { stored, .. } | Self::Erased { stored } => {
                Some(Self::Erased { stored })
            }
            Self::Created(_) => None,
        }
    }

    /// Replaces the contact by its state after another write.
    pub(super) fn then(self, now: Image) -> Self {
        match self {
            Self::Loaded(stored) | Self::Changed { stored, .. } | Self::Erased { stored } => {
                Self::Changed { stored, now }
            }
            Self::Created(_) => Self::Created(now),
        }
    }
}

impl Image {
    /// Returns the bytes of the contact's texts and custom fields.
    pub(super) fn bytes(&self) -> usize {
        self.record.bytes() + self.values.values().map(|value| value.as_str().len()).sum::<usize>()
    }

    pub(super) fn new(record: ContactRecord) -> Self {
        Self { record: Arc::new(record), values: CustomFieldValues::new() }
    }

    /// Applies the sent custom fields. Returns the names of those that are not stored.
    pub(super) fn apply_custom_fields(
        &mut self,
        patch: Option<&CustomFieldPatch>,
        company: CompanyId,
        facts: &CompanyFacts,
        handling: Handling,
    ) -> Result<Vec<String>, Violations> {
        let Some(patch) = patch else { return Ok(Vec::new()) };
        let definitions = facts.custom_fields.get(&company).map(Vec::as_slice).unwrap_or_default();
        let ResolvedCustomFields { changes, ignored } = patch.resolve(definitions, handling)?;
        custom_field::apply(&changes, &mut self.values)?;
        Ok(ignored)
    }

    /// Applies the custom fields under `on_create`, with which a new contact begins. Returns the names of those
    /// that are not stored.
    pub(super) fn begin_custom_fields(
        &mut self,
        patch: Option<&CustomFieldPatch>,
        company: CompanyId,
        facts: &CompanyFacts,
        handling: Handling,
    ) -> Result<Vec<String>, Violations> {
        let ignored = self
            .apply_custom_fields(patch, company, facts, handling)
            .map_err(|violations| violations.with_prefix("/on_create"))?;
        Ok(ignored.into_iter().map(|name| format!("on_create.{name}")).collect())
    }

    /// Returns whether the contact differs from `before`, as an action.
    pub(super) fn action_since(&self, before: &Self) -> Action {
        if self == before { Action::Unchanged } else { Action::Updated }
    }

    /// Returns the versions of the custom fields that [`Image::named_values`] returns.
    pub(super) fn shown_fields(&self, facts: &CompanyFacts) -> ShownCustomFields {
        let mut shown = ShownCustomFields::default();
        let company = self.record.company_id;
        let versions = self.values.keys().filter_map(|field| facts.field_versions.get(&(company, *field)));
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
