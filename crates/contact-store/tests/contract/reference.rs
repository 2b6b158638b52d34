//! A simple reference implementation of the store, which keeps a list of contacts and scans all of them.

use std::collections::BTreeMap;

use contact_model::matching::{PERSON_CANDIDATES, PersonKeys, choose_person};
use contact_model::{
    CompanyId, ContactCreate, ContactInsert, ContactState, ContactUpdate, ContactUpsert, Country,
    CustomField, CustomFieldPatch, JsonText, MatchPolicy, Patch,
};
use serde_json::{Value, json};

/// Contacts in the order of their creation.
#[derive(Debug, Default)]
pub(crate) struct Reference {
    pub(crate) contacts: Vec<ReferenceContact>,
}

#[derive(Debug, Clone)]
pub(crate) struct ReferenceContact {
    pub(crate) company: CompanyId,
    /// The smaller, the older.
    age_rank: i64,
    pub(crate) is_deleted: bool,
    state: ContactState,
    custom_fields: BTreeMap<String, JsonText>,
}

impl Reference {
    /// Creates a contact or updates the matching one; returns `None` if the upsert is refused.
    pub(crate) fn upsert(
        &mut self,
        company: CompanyId,
        upsert: &ContactUpsert,
        policy: MatchPolicy,
        country: Country,
        fields: &[CustomField],
    ) -> Option<usize> {
        let keys = upsert.create.matching_keys(country);
        // Keys are computed by the current country of the company.
        let by_phone = keys.phone.as_ref().and_then(|key| {
            let holders = self.holders(company, |state| state.phone_key(country).as_ref() == Some(key));
            match policy {
                MatchPolicy::Person => self.person(&upsert.create, keys.email.as_deref(), &holders),
                _ => holders.first().copied(),
            }
        });
        let by_email = keys.email.as_ref().and_then(|key| {
            self.holders(company, |state| state.email_key().as_ref() == Some(key)).first().copied()
        });
        let target = by_phone.or(by_email);
        let mut create = if target.is_some() { upsert.create.clone() } else { upsert.for_new().into_owned() };
        if by_phone.is_some() && by_email.is_some() && by_phone != by_email {
            create.fields.email = Patch::Keep;
        }
        let mut contact = target.map_or_else(|| self.empty(company), |index| self.contacts[index].clone());
        if target.is_none() {
            contact.set_custom_fields(upsert.custom_fields_on_create(), fields)?;
        }
        create.apply(&mut contact.state, country).ok()?;
        contact.set_custom_fields(create.fields.custom_fields.as_ref(), fields)?;
        match target {
            Some(index) => self.contacts[index] = contact,
            None => self.contacts.push(contact),
        }
        Some(target.unwrap_or(self.contacts.len() - 1))
    }

    /// Inserts a contact; returns `None` if the insert is refused.
    pub(crate) fn insert(
        &mut self,
        company: CompanyId,
        insert: &ContactInsert,
        is_oldest: bool,
        fields: &[CustomField],
    ) -> Option<usize> {
        let mut contact = ReferenceContact { state: insert.state.clone(), ..self.empty(company) };
        if is_oldest {
            contact.age_rank = -1 - contact.age_rank;
        }
        contact.set_custom_fields(insert.custom_fields.as_ref(), fields)?;
        self.contacts.push(contact);
        Some(self.contacts.len() - 1)
    }

    /// Deletes a contact; returns `None` if the company has no such contact.
    pub(crate) fn delete(&mut self, company: CompanyId, index: usize) -> Option<usize> {
        let contact = self.contacts.get_mut(index).filter(|contact| contact.exists_in(company))?;
        contact.is_deleted = true;
        Some(index)
    }

    /// Returns an empty contact that is younger than all others.
    fn empty(&self, company: CompanyId) -> ReferenceContact {
        ReferenceContact {
            company,
            age_rank: i64::try_from(self.contacts.len()).unwrap(),
            is_deleted: false,
            state: ContactState::default(),
            custom_fields: BTreeMap::new(),
        }
    }

    /// Updates a contact; returns `None` if the company has no such contact or the update is refused.
    pub(crate) fn update(
        &mut self,
        company: CompanyId,
        index: usize,
        update: &ContactUpdate,
        fields: &[CustomField],
    ) -> Option<usize> {
        let mut contact = self.contacts.get(index).filter(|contact| contact.exists_in(company))?.clone();
        update.apply(&mut contact.state).ok()?;
        contact.set_custom_fields(update.fields.custom_fields.as_ref(), fields)?;
        self.contacts[index] = contact;
        Some(index)
    }

    /// Returns the contacts that match a condition, oldest first.
    fn holders(&self, company: CompanyId, has: impl Fn(&ContactState) -> bool) -> Vec<usize> {
        let found = self.contacts.iter().enumerate();
        let found = found.filter(|(_, contact)| contact.exists_in(company) && has(&contact.state));
        let mut found: Vec<usize> = found.map(|(index, _)| index).collect();
        found.sort_by_key(|index| self.contacts[*index].age_rank);
        found
    }

    /// Returns the contact of the person that a create describes, among the contacts with its phone.
    fn person(&self, create: &ContactCreate, email_key: Option<&str>, holders: &[usize]) -> Option<usize> {
        let keys: Vec<Option<String>> =
            holders.iter().map(|index| self.contacts[*index].state.email_key()).collect();
        let people = holders.iter().zip(&keys).take(PERSON_CANDIDATES).map(|(index, key)| {
            let name = self.contacts[*index].state.full_name();
            (*index, PersonKeys { name, email_key: key.as_deref() })
        });
        choose_person(&PersonKeys { name: create.sent_name(), email_key }, people)
    }
}

impl ReferenceContact {
    fn exists_in(&self, company: CompanyId) -> bool {
        self.company == company && !self.is_deleted
    }

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
