//! One contact of a working set.

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
    /// Shared with the answers to the writes, so that a contact is copied where it changes and nowhere else.
    pub(super) record: Arc<ContactRecord>,
    pub(super) values: CustomFieldValues,
}

/// A contact of a working set, and how it comes to be what it is. What the set leaves alone is not
/// copied.
pub(super) enum Entry {
    /// As it was loaded.
    Loaded(Image),
    /// Changed since it was loaded.
    Changed { stored: Image, now: Image },
    /// Made by the set.
    Created(Image),
    /// To be removed for good.
    Erased { stored: Image },
}

impl Entry {
    /// The contact after the writes so far, unless it is gone for good.
    pub(super) fn now(&self) -> Option<&Image> {
        match self {
            Self::Loaded(image) | Self::Created(image) | Self::Changed { now: image, .. } => Some(image),
            Self::Erased { .. } => None,
        }
    }

    /// The contact gone for good; nothing where it was never stored.
    pub(super) fn erase(self) -> Option<Self> {
        match self {
            Self::Loaded(stored) | Self::Changed { stored, .. } | Self::Erased { stored } => {
                Some(Self::Erased { stored })
            }
            Self::Created(_) => None,
        }
    }

    /// The contact after one write more.
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
    /// Returns the bytes of its texts and of its custom fields.
    pub(super) fn bytes(&self) -> usize {
        self.record.bytes() + self.values.values().map(|value| value.as_str().len()).sum::<usize>()
    }

    pub(super) fn new(record: ContactRecord) -> Self {
        Self { record: Arc::new(record), values: CustomFieldValues::new() }
    }

    /// Applies what was sent of custom fields; gives the names that are not stored.
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

    /// Applies the custom fields that a new contact begins with, which stand under `on_create`; gives the
    /// names that are not stored.
    pub(super) fn begin_custom_fields(
        &mut self,
        patch: Option<&CustomFieldPatch>,
        company: CompanyId,
        facts: &CompanyFacts,
        handling: Handling,
    ) -> Result<Vec<String>, Violations> {
        let ignored = self
            .apply_custom_fields(patch, company, facts, handling)
            .map_err(|violations| violations.under("/on_create"))?;
        Ok(ignored.into_iter().map(|name| format!("on_create.{name}")).collect())
    }

    /// What was done to the contact since it was `before`.
    pub(super) fn action_since(&self, before: &Self) -> Action {
        if self == before { Action::Unchanged } else { Action::Updated }
    }

    /// The versions of the custom fields that [`Image::named_values`] shows.
    pub(super) fn shown_fields(&self, facts: &CompanyFacts) -> ShownCustomFields {
        let mut shown = ShownCustomFields::default();
        let company = self.record.company_id;
        let versions = self.values.keys().filter_map(|field| facts.field_versions.get(&(company, *field)));
        versions.for_each(|version| shown.add(*version));
        shown
    }

    /// The values of custom fields, by name.
    pub(super) fn named_values(&self, definitions: Option<&Vec<CustomField>>) -> BTreeMap<String, JsonText> {
        let definitions = definitions.map(Vec::as_slice).unwrap_or_default();
        definitions
            .iter()
            .filter_map(|field| Some((field.name.clone(), self.values.get(&field.id)?.clone())))
            .collect()
    }
}
