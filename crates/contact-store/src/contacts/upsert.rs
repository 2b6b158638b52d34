//! Applies an upsert to the contacts of a working set: creates a contact, or updates the one that it matches.

use std::borrow::Cow;
use std::sync::Arc;

use contact_model::contact::ContactMerge;
use contact_model::matching::{self, PersonKeys, Target};
use contact_model::{ContactCreate, ContactId, ContactUpsert, MatchPolicy, MatchedBy, Violations};

use super::contact_snapshot::ContactSnapshot;
use super::prepared_write::PreparedWrite;
use super::record::ContactRecord;
use super::transaction::MatchingKey;
use super::write::{Action, Applied};
use super::write_context::WriteContext;
use crate::{Result, StoreError};

impl WriteContext<'_> {
    /// Creates a contact, or updates the one that the upsert matches.
    pub(super) fn upsert(&mut self, upsert: &ContactUpsert, policy: MatchPolicy) -> Result<Applied> {
        let country = self.country()?;
        let target = self.choose_target(upsert, policy)?;
        let new;
        let before = match target.contact {
            Some((id, _)) => self.target(id)?,
            None => {
                self.check_precondition(None)?;
                let (id, now) = (self.clock.new_id().into(), self.clock.now());
                new = ContactSnapshot::new(ContactRecord::new(self.company(), id, now));
                &new
            }
        };
        let mut after = match target.merged {
            Some(other) => {
                let other = self.working_set.current(self.contact_ref(other))?;
                self.merged(before, other, &ContactMerge::new(other.record.id))?
            }
            None => before.clone(),
        };
        let ignored = self.apply_upsert(&mut after, before, upsert, policy, &target)?;
        Arc::make_mut(&mut after.record).compute_keys(&before.record.state, Some(country));
        let action = match target {
            Target { merged: Some(_), .. } => Action::Merged,
            Target { contact: None, .. } => Action::Created,
            _ => after.action_since(before),
        };
        if let (Some((id, _)), Some(other)) = (target.contact, target.merged) {
            self.merge_away(other, id)?;
        }
        let mut applied = self.put_merged(after, action, ignored, target.merged)?;
        applied.written.matched_by = target.contact.map(|(_, by)| by);
        Ok(applied)
    }

    /// Applies the values of an upsert to a contact that is new or was `before` the write. Returns the names of the values
    /// that are not stored.
    fn apply_upsert(
        &self,
        after: &mut ContactSnapshot,
        before: &ContactSnapshot,
        upsert: &ContactUpsert,
        policy: MatchPolicy,
        target: &Target,
    ) -> Result<Vec<String>> {
        let found_by = self.merged_match(target.contact, &before.record);
        let unchanged = found_by.map(|_| after.clone());
        // Collects the violations of all fields, so no error is returned early.
        let (mut ignored, mut violations) = (Vec::new(), Violations::new());
        let create = match target.contact {
            None => {
                let on_create = self
                    .apply_custom_fields(after, upsert.custom_fields_on_create())
                    .map_err(|violations| violations.with_prefix("/on_create"));
                let names = violations.value_or_default(on_create);
                ignored.extend(names.into_iter().map(|name| format!("on_create.{name}")));
                upsert.for_new()
            }
            Some(_) => {
                let mut create = Cow::Borrowed(&upsert.create);
                for by in self.values_left_out(upsert, policy, target, &before.record)? {
                    ignored.push(by.key().to_owned());
                    create = Cow::Owned(create.without(by));
                }
                create
            }
        };
        let names = self.apply_create(after, &create)?;
        ignored.extend(violations.value_or_default(names));
        violations.into_result(())?;
        if let Some((found_by, unchanged)) = found_by.zip(unchanged) {
            let mut repeated = found_by.clone();
            // The create repeats nothing if the merged contact could not have all of its values.
            if self.apply_create(&mut repeated, &create)?.is_ok() {
                after.undo_repetitions(&unchanged, [found_by, &repeated]);
            }
        }
        Ok(ignored)
    }

    /// Applies the values of a create to a contact. Returns the names of those that are not stored, or what is wrong with
    /// all fields.
    fn apply_create(
        &self,
        contact: &mut ContactSnapshot,
        create: &ContactCreate,
    ) -> Result<Result<Vec<String>, Violations>> {
        let mut violations = Violations::new();
        let state = &mut Arc::make_mut(&mut contact.record).state;
        violations.value_or_default(create.apply(state, self.country()?));
        let custom_fields = create.fields.custom_fields.as_ref();
        let ignored = violations.value_or_default(self.apply_custom_fields(contact, custom_fields));
        Ok(violations.into_result(ignored))
    }

    /// Chooses the contact that an upsert applies to.
    fn choose_target(&self, upsert: &ContactUpsert, policy: MatchPolicy) -> Result<Target> {
        let [by_phone, by_email] = self.find_matches(upsert, policy);
        matching::choose(policy, self.handling(), by_phone, by_email).map_err(StoreError::ContactsCollide)
    }

    /// Returns the contacts that an upsert finds by its phone number and by its email address.
    fn find_matches(&self, upsert: &ContactUpsert, policy: MatchPolicy) -> [Option<ContactId>; 2] {
        let (phone, email) = (self.prepared.phone.as_ref(), self.prepared.email.as_ref());
        let by_phone = match policy {
            MatchPolicy::Person => {
                let email_key = email.map(|key| key.key.as_str());
                self.working_set.person(phone, &PersonKeys { name: upsert.create.sent_name(), email_key })
            }
            MatchPolicy::Phone | MatchPolicy::Email | MatchPolicy::Merge | MatchPolicy::Reject => {
                self.working_set.oldest(phone)
            }
        };
        [by_phone, self.working_set.oldest(email)]
    }

    /// Returns the merged contact by which an upsert found its target.
    fn merged_match(
        &self,
        target: Option<(ContactId, MatchedBy)>,
        before: &ContactRecord,
    ) -> Option<&ContactSnapshot> {
        let key = match target?.1 {
            MatchedBy::Phone => self.prepared.phone.as_ref(),
            MatchedBy::Email => self.prepared.email.as_ref(),
        };
        self.working_set.merged_match(key, before)
    }

    /// Returns the values of a create that are not stored in the contact that it updates: those that belong to another
    /// contact or are shorter than the stored ones, and those by which a merged contact was found, because the other
    /// contact keeps its own. Strict handling leaves out none of the latter.
    fn values_left_out(
        &self,
        upsert: &ContactUpsert,
        policy: MatchPolicy,
        target: &Target,
        before: &ContactRecord,
    ) -> Result<Vec<MatchedBy>> {
        let PreparedWrite { phone, email, .. } = self.prepared;
        let [by_phone, by_email] = self.find_matches(upsert, policy);
        let is_of_merged = |key: &Option<MatchingKey>, found| {
            let has_key = key.as_ref().is_some_and(|key| before.has(key));
            found == Some(before.id) && !has_key && !self.handling().is_strict()
        };
        let has_email = before.state.email.as_ref().is_some_and(|email| !email.is_empty());
        let keeps_phone = upsert.keeps_phone_of(&before.state, self.country()?)
            || (is_of_merged(phone, by_phone) && before.has_phone());
        let keeps_email = is_of_merged(email, by_email) && has_email;
        let kept = [(MatchedBy::Phone, keeps_phone), (MatchedBy::Email, keeps_email)].into_iter();
        let left_out = kept.filter(|(by, is_kept)| *is_kept || target.not_stored == Some(*by));
        Ok(left_out.map(|(by, _)| by).collect())
    }
}
