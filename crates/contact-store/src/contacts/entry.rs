//! One contact of a working set.

use std::collections::BTreeMap;

use contact_model::custom_field::{self, CustomFieldValues, ResolvedCustomFields};
use contact_model::{CompanyId, CustomField, CustomFieldPatch, JsonText, Violations};

use super::facts::CompanyFacts;
use super::record::ContactRecord;
use super::write::Action;
use crate::StoreError;

/// A contact with the values of its custom fields, as they were and as they are.
#[derive(Clone)]
pub(super) struct Entry {
    pub(super) stored: Option<ContactRecord>,
    pub(super) stored_values: CustomFieldValues,
    pub(super) record: ContactRecord,
    pub(super) values: CustomFieldValues,
}

impl Entry {
    /// A contact as it was loaded.
    pub(super) fn stored(record: ContactRecord) -> Self {
        Self {
            stored: Some(record.clone()),
            stored_values: CustomFieldValues::new(),
            record,
            values: CustomFieldValues::new(),
        }
    }

    /// A new contact.
    pub(super) fn new(record: ContactRecord) -> Self {
        Self {
            stored: None,
            stored_values: CustomFieldValues::new(),
            record,
            values: CustomFieldValues::new(),
        }
    }

    /// Applies what was sent of custom fields; gives the names that are not stored.
    pub(super) fn apply_custom_fields(
        &mut self,
        patch: Option<&CustomFieldPatch>,
        company: CompanyId,
        facts: &CompanyFacts,
    ) -> Result<Vec<String>, StoreError> {
        let Some(patch) = patch else { return Ok(Vec::new()) };
        let definitions = facts.custom_fields.get(&company).map(Vec::as_slice).unwrap_or_default();
        let ResolvedCustomFields { changes, ignored } = patch.resolve(definitions)?;
        custom_field::apply(&changes, &mut self.values).map_err(Violations::from)?;
        Ok(ignored)
    }

    /// What was done to the contact since it was `before`.
    pub(super) fn action_since(&self, before: &Self) -> Action {
        if self.record == before.record && self.values == before.values {
            Action::Unchanged
        } else {
            Action::Updated
        }
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
