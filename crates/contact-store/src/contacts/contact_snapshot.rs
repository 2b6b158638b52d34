//! A contact with the values of its custom fields.

use std::collections::BTreeMap;
use std::sync::Arc;

use contact_model::changes::{ComparedContact, FieldChanges};
use contact_model::custom_field::CustomFieldValues;
use contact_model::entity_tag::ShownCustomFields;
use contact_model::{ContactId, CustomField, JsonText};

use super::company_data::CompanyData;
use super::record::ContactRecord;
use super::write::Action;
use crate::{Result, StoreError};

/// A contact with the values of its custom fields.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ContactSnapshot {
    /// The row. It is shared with the results of the writes, so that a contact is copied only when it changes.
    pub(super) record: Arc<ContactRecord>,
    pub(super) values: CustomFieldValues,
}

impl ContactSnapshot {
    pub(super) fn new(record: ContactRecord) -> Self {
        Self { record: Arc::new(record), values: CustomFieldValues::new() }
    }

    /// Returns the bytes of the contact's texts and custom fields.
    pub(super) fn bytes(&self) -> usize {
        self.record.bytes() + self.values.values().map(|value| value.as_str().len()).sum::<usize>()
    }

    /// Returns [`Action::Unchanged`] if the contact is equal to `before`, otherwise [`Action::Updated`].
    pub(super) fn action_since(&self, before: &Self) -> Action {
        if self == before { Action::Unchanged } else { Action::Updated }
    }

    /// Returns the changes since `before` as JSON, for the log. The times of a new contact are included, because they may
    /// have been sent. `definitions` are the custom fields, if the write could change values of them. `merged_from` is the
    /// contact that the write merges into this one.
    pub(super) fn changes_since(
        &self,
        before: Option<&Self>,
        definitions: &[CustomField],
        merged_from: Option<ContactId>,
    ) -> Result<String> {
        let is_new = before.is_none();
        let values = |contact: &Self| contact.named_values(definitions);
        let has_same_values = before.is_some_and(|before| before.values == self.values);
        let (before_values, after_values) = match before {
            _ if has_same_values => (BTreeMap::new(), BTreeMap::new()),
            before => (before.map(values).unwrap_or_default(), values(self)),
        };
        let before = before.map(|before| before.logged(&before_values, false));
        let after = ComparedContact { merged_from, ..self.logged(&after_values, is_new) };
        let changes = after.changes_json_since(before);
        changes.map_err(StoreError::unavailable)
    }

    /// Returns the fields that are not null, as changes of a contact that had no values. `definitions` are the custom
    /// fields.
    pub(super) fn since_creation(&self, definitions: &[CustomField]) -> FieldChanges {
        self.compared(&self.named_values(definitions), false).changes_since(None)
    }

    /// Sets back what a create repeats of a merged contact, by which it found this one.
    pub(super) fn undo_repetitions(&mut self, before: &Self, [merged, changed]: [&Self; 2]) {
        let states = [&merged.record.state, &changed.record.state];
        Arc::make_mut(&mut self.record).state.undo_repetitions(&before.record.state, states);
        let fields: Vec<_> = self.values.keys().chain(before.values.keys()).copied().collect();
        for field in fields.into_iter().filter(|field| changed.values.get(field) == merged.values.get(field))
        {
            match before.values.get(&field) {
                Some(value) => drop(self.values.insert(field, value.clone())),
                None => drop(self.values.remove(&field)),
            }
        }
    }

    fn logged<'a>(
        &'a self,
        custom_fields: &'a BTreeMap<String, JsonText>,
        with_times: bool,
    ) -> ComparedContact<'a> {
        let merged_into = self.record.merged_into;
        ComparedContact { merged_into, ..self.compared(custom_fields, with_times) }
    }

    fn compared<'a>(
        &'a self,
        custom_fields: &'a BTreeMap<String, JsonText>,
        with_times: bool,
    ) -> ComparedContact<'a> {
        let record = &self.record;
        ComparedContact {
            state: &record.state,
            active_agent_id: record.active_agent_id,
            last_activity: record.last_activity,
            merged_into: None,
            merged_from: None,
            profile_picture_url: record.profile_picture_url.as_deref(),
            created_at: with_times.then_some(record.created_at),
            updated_at: with_times.then_some(record.updated_at),
            custom_fields,
        }
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
    pub(super) fn named_values(&self, definitions: &[CustomField]) -> BTreeMap<String, JsonText> {
        let named = |field: &CustomField| Some((field.name.clone(), self.values.get(&field.id)?.clone()));
        definitions.iter().filter_map(named).collect()
    }
}
