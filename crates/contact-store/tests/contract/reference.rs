//! A simple reference implementation of the store, which keeps a list of contacts and scans all of them.

use std::collections::BTreeMap;

use contact_model::contact::ContactMerge;
use contact_model::matching::{PERSON_CANDIDATES, PersonKeys, choose_person};
use contact_model::{
    CompanyId, ContactCreate, ContactInsert, ContactState, ContactUpdate, ContactUpsert, Country,
    CustomField, MatchPolicy, Patch, phone,
};

use crate::fixture::unknown_id;
use crate::reference_contact::ReferenceContact;

/// Contacts in the order of their creation.
#[derive(Debug, Default)]
pub(crate) struct Reference {
    pub(crate) contacts: Vec<ReferenceContact>,
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
            let has_key = |state: &ContactState| state.phone_key(country).as_ref() == Some(key);
            match policy {
                MatchPolicy::Person => self.person(company, &upsert.create, keys.email.as_deref(), has_key),
                _ => self.oldest(company, has_key),
            }
        });
        let by_email = keys.email.as_ref().and_then(|key| {
            self.oldest(company, |state: &ContactState| state.email_key().as_ref() == Some(key))
        });
        let target = by_phone.or(by_email);
        let mut create = if target.is_some() { upsert.create.clone() } else { upsert.for_new().into_owned() };
        let mut contact = target.map_or_else(|| self.empty(company), |index| self.contacts[index].clone());
        let mut merged = None;
        if let (Some(into), Some(from)) = (by_phone, by_email)
            && into != from
        {
            if policy == MatchPolicy::Merge {
                merged = Some(from);
                contact.merge(&self.contacts[from], &ContactMerge::new(unknown_id()))?;
            } else {
                create.fields.email = Patch::Keep;
            }
        }
        let state = &self.contacts.get(target.unwrap_or(usize::MAX)).map(|contact| contact.state.clone());
        if let (Some(target), Some(state)) = (target, state) {
            // It was found by a merged contact, and keeps its own phone number and email address.
            let has_phone = phone::is_given(state.phone.as_deref()) && state.phone_key(country) != keys.phone;
            if by_phone == Some(target) && has_phone {
                create.fields.phone_number = Patch::Keep;
            }
            let has_email = state.email.as_ref().is_some_and(|email| !email.is_empty());
            if by_email == Some(target) && has_email && state.email_key() != keys.email {
                create.fields.email = Patch::Keep;
            }
        }
        if target.is_none() {
            contact.set_custom_fields(upsert.custom_fields_on_create(), fields)?;
        }
        let before = contact.clone();
        create.apply(&mut contact.state, country).ok()?;
        contact.set_custom_fields(create.fields.custom_fields.as_ref(), fields)?;
        let has_key = |state: &ContactState| match by_phone {
            Some(_) => state.phone_key(country) == keys.phone,
            None => state.email_key() == keys.email,
        };
        let found = target.and_then(|target| self.contacts.get(target));
        if found.is_some_and(|found| !has_key(&found.state)) {
            let mut found_by = self.merged(company, has_key).into_iter();
            let (found_by, _) = found_by.find(|(_, root)| Some(*root) == target)?;
            contact.undo_repetitions(&before, &self.contacts[found_by], &create, country, fields);
        }
        if let Some(from) = merged {
            self.contacts[from].is_deleted = true;
            self.contacts[from].merged_into = target;
        }
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

    /// Restores a contact; returns `None` if the company has no such contact, or it was merged into another one.
    pub(crate) fn restore(&mut self, company: CompanyId, index: usize) -> Option<usize> {
        let contact = self.contacts.get_mut(index)?;
        if contact.company != company || contact.is_erased || contact.merged_into.is_some() {
            return None;
        }
        contact.is_deleted = false;
        Some(index)
    }

    /// Erases a contact and those that were merged into it; returns `None` if the company has no such contact.
    pub(crate) fn erase(&mut self, company: CompanyId, index: usize) -> Option<usize> {
        let contact = self.contacts.get_mut(index)?;
        if contact.company != company || contact.is_erased {
            return None;
        }
        (contact.is_erased, contact.is_deleted, contact.merged_into) = (true, true, None);
        for other in 0..self.contacts.len() {
            if self.contacts[other].merged_into == Some(index) {
                self.erase(company, other);
            }
        }
        Some(index)
    }

    /// Merges a contact into another one; returns `None` if one of them does not exist.
    pub(crate) fn merge(
        &mut self,
        company: CompanyId,
        [into, from]: [usize; 2],
        merge: &ContactMerge,
    ) -> Option<usize> {
        let exists =
            |index: usize| self.contacts.get(index).is_some_and(|contact| contact.exists_in(company));
        if !exists(into) || into == from {
            return None;
        }
        if !exists(from) {
            // It may have been merged into the contact before.
            return (self.root(from)? == into).then_some(into);
        }
        let source = self.contacts[from].clone();
        self.contacts[into].merge(&source, merge)?;
        self.contacts[from].is_deleted = true;
        self.contacts[from].merged_into = Some(into);
        Some(into)
    }

    /// Returns the contact that a contact was merged into, also through others.
    fn root(&self, index: usize) -> Option<usize> {
        let next = self.contacts.get(index)?.merged_into?;
        Some(self.root(next).unwrap_or(next))
    }

    /// Returns the oldest contact that matches a condition, or else the one that the oldest merged one was merged into.
    fn oldest(&self, company: CompanyId, has: impl Fn(&ContactState) -> bool) -> Option<usize> {
        let own = self.holders(company, &has).first().copied();
        own.or_else(|| Some(self.merged(company, has).first()?.1))
    }

    /// Returns the merged contacts that match a condition, oldest first, each with the existing contact that it was merged
    /// into.
    fn merged(&self, company: CompanyId, has: impl Fn(&ContactState) -> bool) -> Vec<(usize, usize)> {
        let merged = self.contacts.iter().enumerate();
        let merged = merged.filter(|(_, contact)| contact.company == company && has(&contact.state));
        let merged = merged.filter_map(|(index, _)| Some((index, self.root(index)?)));
        let mut merged: Vec<_> = merged.filter(|(_, root)| self.contacts[*root].exists_in(company)).collect();
        merged.sort_by_key(|(index, _)| self.contacts[*index].age_rank);
        merged
    }

    /// Returns an empty contact that is younger than all others.
    fn empty(&self, company: CompanyId) -> ReferenceContact {
        ReferenceContact {
            company,
            age_rank: i64::try_from(self.contacts.len()).unwrap(),
            is_deleted: false,
            is_erased: false,
            merged_into: None,
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
    fn person(
        &self,
        company: CompanyId,
        create: &ContactCreate,
        email_key: Option<&str>,
        has_phone: impl Fn(&ContactState) -> bool,
    ) -> Option<usize> {
        let own = self.holders(company, &has_phone).into_iter().map(|index| (index, index));
        let merged = self.merged(company, has_phone).into_iter();
        let candidates: Vec<_> = own.take(PERSON_CANDIDATES).chain(merged.take(PERSON_CANDIDATES)).collect();
        let keys: Vec<Option<String>> =
            candidates.iter().map(|(index, _)| self.contacts[*index].state.email_key()).collect();
        let people = candidates.iter().zip(&keys).map(|((index, found), key)| {
            let name = self.contacts[*index].state.full_name();
            (*found, PersonKeys { name, email_key: key.as_deref() })
        });
        choose_person(&PersonKeys { name: create.sent_name(), email_key }, people)
    }
}
