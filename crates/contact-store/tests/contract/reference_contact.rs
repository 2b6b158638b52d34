//! A contact of the reference implementation.

use std::collections::BTreeMap;

use contact_model::contact::ContactMerge;
use contact_model::{
    CompanyId, ContactCreate, ContactState, Country, CustomField, CustomFieldPatch, JsonText,
};
use serde_json::{Value, json};

#[derive(Debug, Clone)]
pub(crate) struct ReferenceContact {
    pub(crate) company: CompanyId,
    /// The smaller, the older.
    pub(crate) age_rank: i64,
    pub(crate) is_deleted: bool,
    pub(crate) is_erased: bool,
    /// The contact that it was merged into. Such a contact is deleted.
    pub(crate) merged_into: Option<usize>,
    pub(crate) state: ContactState,
    pub(crate) custom_fields: BTreeMap<String, JsonText>,
}

impl ReferenceContact {
    pub(crate) fn exists_in(&self, company: CompanyId) -> bool {
        self.company == company && !self.is_deleted
    }

    /// Takes the values of a contact that is merged into this one; returns `None` if that is refused.
    pub(crate) fn merge(&mut self, from: &Self, merge: &ContactMerge) -> Option<()> {
        self.state = merge.merge(&self.state, &from.state).ok()?;
        for (name, value) in &from.custom_fields {
            self.custom_fields.entry(name.clone()).or_insert_with(|| value.clone());
        }
        Some(())
    }

    /// Sets back what a create repeats of the merged contact that it was found by.
    pub(crate) fn undo_repetitions(
        &mut self,
        before: &Self,
        found_by: &Self,
        create: &ContactCreate,
        country: Country,
        fields: &[CustomField],
    ) {
        let mut changed = found_by.clone();
        if create.apply(&mut changed.state, country).is_err()
            || changed.set_custom_fields(create.fields.custom_fields.as_ref(), fields).is_none()
        {
            return;
        }
        self.state.undo_repetitions(&before.state, [&found_by.state, &changed.state]);
        for CustomField { name, .. } in fields {
            if changed.custom_fields.get(name) == found_by.custom_fields.get(name) {
                match before.custom_fields.get(name) {
                    Some(value) => self.custom_fields.insert(name.clone(), value.clone()),
                    None => self.custom_fields.remove(name),
                };
            }
        }
    }

    pub(crate) fn set_custom_fields(
        &mut self,
        patch: Option<&CustomFieldPatch>,
        fields: &[CustomField],
    ) -> Option<()> {
        for (name, value) in patch.iter().flat_map(|patch| &patch.0) {
            let Some(field) = fields.iter().find(|field| field.name == *name) else { continue };
            match value {
                None => self.custom_fields.remove(name),
                Some(value) => {
                    field.check(value).ok()?;
                    self.custom_fields.insert(name.clone(), value.clone())
                }
            };
        }
        Some(())
    }

    /// Returns the contact as JSON.
    pub(crate) fn to_json(&self) -> Value {
        let ContactState {
            name,
            first_name,
            last_name,
            email,
            phone,
            business_name,
            notes,
            tags,
            lead_source,
            is_dnd,
        } = &self.state;
        json!({
            "name": name, "first_name": first_name, "last_name": last_name, "email": email, "phone": phone,
            "business_name": business_name, "notes": notes, "tags": tags, "lead_source": lead_source,
            "is_dnd": is_dnd, "custom_fields": self.custom_fields,
        })
    }
}
