//! A write to apply, with the data that it needs, and the result of applying it.

use std::sync::Arc;

use contact_model::changes::ChangeAction;
use contact_model::clock::Clock;
use contact_model::custom_field::{self, ResolvedCustomFields};
use contact_model::{
    CompanyId, ContactId, Country, CustomField, CustomFieldPatch, EntityTag, Handling, Violations,
};

use super::change_log::{ChangeLog, LoggedChange, NO_CHANGES};
use super::company_data::CompanyData;
use super::contact_snapshot::ContactSnapshot;
use super::prepared_write::PreparedWrite;
use super::record::ContactRecord;
use super::transaction::ContactRef;
use super::working_set::WorkingSet;
use super::write::{Action, Applied, ReceiptData, ReturnedContact, Written};
use crate::{Result, StoreError};

/// A write to apply, with the data that it needs.
pub(super) struct WriteContext<'a> {
    pub(super) working_set: &'a mut WorkingSet,
    pub(super) prepared: &'a PreparedWrite<'a>,
    pub(super) data: &'a CompanyData,
    pub(super) clock: &'a dyn Clock,
    pub(super) log: &'a mut ChangeLog,
}

impl WriteContext<'_> {
    pub(super) fn company(&self) -> CompanyId {
        self.prepared.write.company_id
    }

    pub(super) fn contact_ref(&self, contact: ContactId) -> ContactRef {
        (self.company(), contact)
    }

    pub(super) fn handling(&self) -> Handling {
        self.prepared.write.options.handling
    }

    /// Returns the company's country, which is loaded for companies whose phone numbers are parsed.
    pub(super) fn country(&self) -> Result<Country> {
        self.data.countries.get(&self.company()).copied().ok_or(StoreError::CompanyNotFound)
    }

    /// Refuses the write if its precondition does not hold for the contact. No precondition holds if there is no
    /// contact yet.
    pub(super) fn check_precondition(&self, record: Option<&ContactRecord>) -> Result<()> {
        let Some(needed) = &self.prepared.write.precondition else { return Ok(()) };
        let holds = record.is_some_and(|record| needed.holds(record.id, record.version));
        if holds { Ok(()) } else { Err(StoreError::PreconditionFailed) }
    }

    /// Returns the contact that the write names, if it is not deleted and the precondition holds.
    pub(super) fn target(&self, id: ContactId) -> Result<&ContactSnapshot> {
        let contact = self.working_set.current(self.contact_ref(id))?;
        self.check_precondition(Some(&contact.record))?;
        Ok(contact)
    }

    /// Applies custom fields to a contact. Returns the names of those that are not stored.
    pub(super) fn apply_custom_fields(
        &self,
        contact: &mut ContactSnapshot,
        patch: Option<&CustomFieldPatch>,
    ) -> Result<Vec<String>, Violations> {
        let Some(patch) = patch else { return Ok(Vec::new()) };
        let ResolvedCustomFields { changes, ignored } =
            patch.resolve(self.custom_fields(), self.handling())?;
        custom_field::apply(&changes, &mut contact.values)?;
        Ok(ignored)
    }

    /// Returns the company's custom fields, if the write stores or returns values of them.
    pub(super) fn custom_fields(&self) -> &[CustomField] {
        self.data.custom_fields.get(&self.company()).map(Vec::as_slice).unwrap_or_default()
    }

    /// Changes the row of a contact. `action` is what the write did if the row changed.
    pub(super) fn change_record(
        &mut self,
        id: ContactId,
        action: Action,
        change: impl FnOnce(&mut ContactRecord),
    ) -> Result<Applied> {
        let before = self.working_set.current_or_deleted(self.contact_ref(id))?;
        let mut after = before.clone();
        change(Arc::make_mut(&mut after.record));
        let action = if after == *before { Action::Unchanged } else { action };
        self.put(after, action, Vec::new())
    }

    /// Stores a changed contact in the working set, adds the change to the log, and returns the result of the write.
    pub(super) fn put(
        &mut self,
        after: ContactSnapshot,
        action: Action,
        ignored: Vec<String>,
    ) -> Result<Applied> {
        self.put_merged(after, action, ignored, None)
    }

    /// Does the same as [`WriteContext::put`]. `merged_from` is the contact that the write merges into this one.
    pub(super) fn put_merged(
        &mut self,
        mut after: ContactSnapshot,
        action: Action,
        ignored: Vec<String>,
        merged_from: Option<ContactId>,
    ) -> Result<Applied> {
        let Some(logged) = ChangeAction::of_write(action) else {
            return Ok(self.build_result(&after, action, ignored));
        };
        let now = self.clock.now();
        let contact = after.record.contact_ref();
        let record = Arc::make_mut(&mut after.record);
        record.version += 1;
        let at = match action {
            Action::Created => now,
            _ => {
                record.updated_at = record.updated_at.max(now);
                record.updated_at
            }
        };
        let mut applied = self.build_result(&after, action, ignored);
        let before = self.working_set.current_or_deleted(contact).ok();
        if let Some(before) = before {
            applied.written.replaced = before.record.state.replaced_in(&after.record.state);
        }
        let change = LoggedChange {
            contact,
            action: logged,
            at,
            before: before.map(|before| &*before.record),
            after: Some(&after.record),
            changed: after.changes_since(before, self.custom_fields(), merged_from)?,
            salt: self.clock.salt(),
        };
        self.log.add(&self.prepared.write.origin, change);
        self.working_set.put(after);
        Ok(applied)
    }

    /// Removes a contact permanently, and adds the change to the log.
    pub(super) fn remove(&mut self, id: ContactId) -> Result<()> {
        let contact = self.contact_ref(id);
        let before = self.working_set.current_or_deleted(contact)?;
        let change = LoggedChange {
            contact,
            action: ChangeAction::Erased,
            at: self.clock.now(),
            before: Some(&before.record),
            after: None,
            changed: NO_CHANGES.to_owned(),
            salt: self.clock.salt(),
        };
        self.log.add(&self.prepared.write.origin, change);
        self.working_set.erase(contact);
        Ok(())
    }

    /// Returns the result of a write that leaves the contact like this, or removes it.
    pub(super) fn build_result(
        &self,
        after: &ContactSnapshot,
        action: Action,
        ignored: Vec<String>,
    ) -> Applied {
        let write = self.prepared.write;
        let returned = |contact: &ContactSnapshot, fields: &[CustomField]| ReturnedContact {
            record: Arc::clone(&contact.record),
            custom_fields: contact.named_values(fields),
        };
        let fields = self.custom_fields();
        let included = if write.include.custom_fields { fields } else { &[] };
        let contact = (!write.options.omits_contact).then(|| returned(after, included));
        let receipt = write.options.receipt.then(|| {
            let before = self.working_set.current_or_deleted(self.contact_ref(after.record.id)).ok();
            let before = before.map(|before| returned(before, fields));
            Box::new(ReceiptData { before, after: returned(after, fields) })
        });
        let etag = EntityTag {
            row: after.record.row_version(),
            agents: None,
            custom_fields: write.include.custom_fields.then(|| after.shown_fields(self.data)),
            include: write.include,
        };
        let written = Written {
            action,
            id: after.record.id,
            contact: None,
            etag,
            ignored,
            thread: None,
            reverted: None,
            matched_by: None,
            replaced: Vec::new(),
            snapshots: None,
        };
        Applied { written, contact, receipt }
    }
}
