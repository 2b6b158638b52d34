//! Undoes changes that a request selects.

use std::sync::Arc;

use contact_model::changes::revert::{
    LeftAlone, LeftReason, RevertChanges, RevertCursor, RevertedChanges, RevertedContact,
};
use contact_model::{CompanyId, ContactId, Include};

use super::Store;
use crate::company::Origin;
use crate::contacts::selected_changes::{FindSelectedChanges, SelectedChanges};
use crate::contacts::write::{ContactWrite, RevertedFields, WriteOperation, WriteOptions, Written};
use crate::{Result, StoreError};

/// Undoes a part of the changes that a request selects: those of at most 250 contacts.
///
/// Each contact is a write of its own. If it ends early, the changes of some contacts are undone. Running it again does
/// the rest, because a field that has its earlier value already is not changed.
#[derive(Debug, Clone)]
pub struct Revert {
    /// The company.
    pub company_id: CompanyId,
    /// The selected changes.
    pub selection: Arc<RevertChanges>,
    /// Where the previous part ended. `None` to begin with the latest change.
    pub cursor: Option<RevertCursor>,
    /// Who undoes the changes.
    pub origin: Arc<Origin>,
}

impl Revert {
    /// Undoes the changes.
    ///
    /// # Errors
    /// Returns an error if the selected contact does not exist, or if the database fails.
    pub async fn run(&self, store: &Store) -> Result<RevertedChanges> {
        let Self { company_id, selection, cursor, origin } = self;
        let find = FindSelectedChanges {
            company_id: *company_id,
            selection: Arc::clone(selection),
            cursor: *cursor,
        };
        let SelectedChanges { contacts, of_all_contacts, next } = store.run(find).await?;
        let write = |id, net| ContactWrite {
            options: WriteOptions { omits_contact: true, ..WriteOptions::default() },
            origin: Arc::clone(origin),
            ..ContactWrite::new(
                *company_id,
                WriteOperation::Revert(id, Box::new(net), selection.force),
                Include::default(),
            )
        };
        let ids: Vec<ContactId> = contacts.iter().map(|(id, _)| *id).collect();
        let exist: Vec<bool> = contacts.iter().map(|(_, net)| net.is_some()).collect();
        let writes = contacts.into_iter().filter_map(|(id, net)| Some(write(id, net?)));
        let mut outcomes = store.write(writes.collect()).await.into_iter();
        let mut results = Vec::with_capacity(ids.len() + of_all_contacts);
        for (id, exists) in ids.into_iter().zip(exist) {
            let outcome = if exists { outcomes.next() } else { None };
            results.push(result_of(id, outcome.unwrap_or(Err(StoreError::ContactNotFound)))?);
        }
        let of_all_contacts = (0..of_all_contacts).map(|_| {
            RevertedContact::unchanged(None, LeftAlone::field("custom_field", LeftReason::NotRevertible))
        });
        results.extend(of_all_contacts);
        Ok(RevertedChanges::new(results, next.map(|cursor| cursor.to_string())))
    }
}

/// Returns what was undone for a contact.
fn result_of(id: ContactId, outcome: Result<Written>) -> Result<RevertedContact> {
    match outcome {
        Ok(Written { action, reverted, .. }) => {
            let RevertedFields { fields, left } = reverted.map(|reverted| *reverted).unwrap_or_default();
            Ok(RevertedContact { contact_id: Some(id), action, reverted: fields, left })
        }
        Err(StoreError::ContactNotFound) => {
            Ok(RevertedContact::unchanged(Some(id), LeftAlone::contact(LeftReason::ContactErased)))
        }
        Err(failure) => Err(failure),
    }
}
