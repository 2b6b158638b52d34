//! The contract in its plainest form: a list of contacts, searched from its beginning. Slow, and
//! easy to believe.

use std::collections::BTreeMap;

use contact_model::{
    CompanyId, ContactCreate, ContactState, ContactUpdate, Country, CustomField, CustomFieldPatch, JsonText,
    Patch,
};
use serde_json::{Value, json};

/// Contacts in the order of their creation, which is that of their age.
#[derive(Debug, Default)]
pub(crate) struct Reference {
    pub(crate) contacts: Vec<ReferenceContact>,
}

#[derive(Debug, Clone)]
pub(crate) struct ReferenceContact {
    pub(crate) company: CompanyId,
    state: ContactState,
    custom_fields: BTreeMap<String, JsonText>,
}

impl Reference {
    /// Creates a contact or updates the one that matches; `None` where the create is refused.
    pub(crate) fn upsert(
        &mut self,
        company: CompanyId,
        create: &ContactCreate,
        country: Country,
        fields: &[CustomField],
    ) -> Option<usize> {
        let keys = create.matching_keys(country);
        // A key is what the contact's phone or email is today in the company's country of today.
        let by_phone = keys
            .phone
            .and_then(|key| self.oldest(company, |state| state.phone_key(country).as_ref() == Some(&key)));
        let by_email =
            keys.email.and_then(|key| self.oldest(company, |state| state.email_key().as_ref() == Some(&key)));
        let mut create = create.clone();
        if by_phone.is_some() && by_email.is_some() && by_phone != by_email {
            create.email = Patch::Keep;
        }
        let target = by_phone.or(by_email);
        let empty =
            || ReferenceContact { company, state: ContactState::default(), custom_fields: BTreeMap::new() };
        let mut contact = target.map_or_else(empty, |index| self.contacts[index].clone());
        create.apply(&mut contact.state, country).ok()?;
        contact.set_custom_fields(create.custom_fields.as_ref(), fields)?;
        match target {
            Some(index) => self.contacts[index] = contact,
            None => self.contacts.push(contact),
        }
        Some(target.unwrap_or(self.contacts.len() - 1))
    }

    /// Updates a contact; `None` where the company has no such contact or the update is refused.
    pub(crate) fn update(
        &mut self,
        company: CompanyId,
        index: usize,
        update: &ContactUpdate,
        fields: &[CustomField],
    ) -> Option<usize> {
        let mut contact = self.contacts.get(index).filter(|contact| contact.company == company)?.clone();
        update.apply(&mut contact.state);
        contact.set_custom_fields(update.custom_fields.as_ref(), fields)?;
        self.contacts[index] = contact;
        Some(index)
    }

    fn oldest(&self, company: CompanyId, has: impl Fn(&ContactState) -> bool) -> Option<usize> {
        self.contacts.iter().position(|contact| contact.company == company && has(&contact.state))
    }
}

impl ReferenceContact {
    fn set_custom_fields(&mut self, patch: Option<&CustomFieldPatch>, fields: &[CustomField]) -> Option<()> {
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

    /// What a read of the contact shows of it.
    pub(crate) fn shown(&self) -> Value {
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
