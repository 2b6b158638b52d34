//! What a set of writes needs of a database.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::future::Future;
use std::sync::Arc;

use contact_model::{AgentThread, CompanyId, ContactId, Country, CustomFieldId, JsonText};

use super::derived_rows::{DerivedRows, FoundBy};
use super::record::ContactRecord;
use crate::StoreError;
use crate::connection::Connection;
use crate::once::ledger::LoadedAnswers;
use crate::once::stored_answer::{AnswerKey, KeptAnswer};

/// What a contact is found by when it is created again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct MatchingKey {
    pub(crate) company_id: CompanyId,
    pub(crate) kind: KeyKind,
    pub(crate) key: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum KeyKind {
    Phone,
    Email,
}

/// A contact of a company.
pub(crate) type ContactKey = (CompanyId, ContactId);

/// A custom field's value of a contact.
#[derive(Debug, Clone)]
pub(crate) struct CustomFieldValue {
    pub(crate) contact: ContactKey,
    pub(crate) field_id: CustomFieldId,
    pub(crate) value: JsonText,
}

/// A thread to be stored.
#[derive(Debug, Clone)]
pub(crate) struct ThreadRow {
    pub(crate) contact: ContactKey,
    pub(crate) thread: AgentThread,
}

/// What a set looks for contacts by, and how many contacts of each key it looks at: the oldest.
pub(crate) type SoughtKeys = BTreeMap<MatchingKey, usize>;

/// What was found of the contacts that a set asks for.
#[derive(Debug, Default)]
pub(crate) struct LoadedContacts {
    /// Each once.
    pub(crate) records: BTreeMap<ContactKey, ContactRecord>,
    /// The oldest contacts of each key that has any, in no order.
    pub(crate) matches: HashMap<MatchingKey, Vec<ContactId>>,
}

/// A contact that is new.
#[derive(Debug)]
pub(crate) struct NewContact {
    pub(crate) record: Arc<ContactRecord>,
    /// Its words are written with it, unless it was deleted before it was ever stored.
    pub(crate) found_by: FoundBy,
}

/// A contact that was changed.
#[derive(Debug)]
pub(crate) struct Revision {
    /// As it was loaded.
    pub(crate) stored: Arc<ContactRecord>,
    /// As it is to be.
    pub(crate) now: Arc<ContactRecord>,
    /// Where it is found by something else than before.
    pub(crate) found_by: Option<FoundBy>,
}

/// What a set changed, to be written.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    pub(crate) inserted: Vec<NewContact>,
    pub(crate) updated: Vec<Revision>,
    pub(crate) values_put: Vec<CustomFieldValue>,
    pub(crate) values_removed: Vec<(ContactKey, CustomFieldId)>,
    pub(crate) threads: Vec<ThreadRow>,
    /// Contacts that are gone for good, as they were stored.
    pub(crate) erased: Vec<Arc<ContactRecord>>,
    pub(crate) derived: DerivedRows,
}

impl Changes {
    /// True where nothing is to be written but rows of contacts that exist, which stay or stay away.
    pub(crate) fn only_update_rows(&self) -> bool {
        let Self { inserted, updated, values_put, values_removed, threads, erased, derived } = self;
        inserted.is_empty()
            && values_put.is_empty()
            && values_removed.is_empty()
            && threads.is_empty()
            && erased.is_empty()
            && derived.is_empty()
            && updated.iter().all(|revision| revision.stored.is_deleted() == revision.now.is_deleted())
    }
}

/// What a write transaction on contacts needs of a database. Each takes a set; an empty one costs
/// nothing.
pub(crate) trait ContactTransaction: Connection {
    /// The countries of companies, which stay as they are until the transaction ends.
    fn countries(
        &mut self,
        companies: &BTreeSet<CompanyId>,
    ) -> impl Future<Output = Result<HashMap<CompanyId, Country>, StoreError>> + Send;

    /// Keeps every other transaction that creates contacts by one of these keys waiting until this
    /// one ends.
    fn lock_keys(
        &mut self,
        keys: &BTreeSet<MatchingKey>,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Counts the contacts that have each of these phone keys, up to as many as are looked at.
    fn count_contacts(
        &mut self,
        phones: &SoughtKeys,
    ) -> impl Future<Output = Result<HashMap<MatchingKey, usize>, StoreError>> + Send;

    /// Loads the contacts that exist of these, and of each key the oldest, as many as are looked at: no one
    /// else changes any of them until the transaction ends.
    fn load_contacts(
        &mut self,
        keys: &SoughtKeys,
        contacts: &BTreeSet<ContactKey>,
    ) -> impl Future<Output = Result<LoadedContacts, StoreError>> + Send;

    /// The custom fields' values of these contacts.
    fn load_values(
        &mut self,
        contacts: &BTreeSet<ContactKey>,
    ) -> impl Future<Output = Result<Vec<CustomFieldValue>, StoreError>> + Send;

    /// Those of these answers that no other transaction is about to give: none will until this one ends. Waits for
    /// no one.
    fn lock_answers(
        &mut self,
        keys: &BTreeSet<AnswerKey>,
    ) -> impl Future<Output = Result<BTreeSet<AnswerKey>, StoreError>> + Send;

    /// Loads those of these answers that are stored, and what their companies have stored since an hour.
    fn load_answers(
        &mut self,
        keys: &BTreeSet<AnswerKey>,
        first_hour: i64,
    ) -> impl Future<Output = Result<LoadedAnswers, StoreError>> + Send;

    /// Removes stored answers.
    fn remove_answers(
        &mut self,
        keys: &BTreeSet<AnswerKey>,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Stores answers, none of which may be stored already, and adds them to what their companies have stored.
    fn put_answers(&mut self, answers: &[KeptAnswer]) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Writes what a set changed. With a contact that is erased go the stored answers that tell of it.
    ///
    /// # Errors
    /// A conflict, where what was loaded is not what is stored any more: then nothing is written.
    fn write(&mut self, changes: &Changes) -> impl Future<Output = Result<(), StoreError>> + Send;
}

impl ContactRecord {
    /// What the contact is found by, if it has a key of this kind.
    pub(super) fn matching_key(&self, kind: KeyKind) -> Option<MatchingKey> {
        let key = match kind {
            KeyKind::Phone => self.phone_key.clone(),
            KeyKind::Email => self.email_key.clone(),
        };
        Some(MatchingKey { company_id: self.company_id, kind, key: key? })
    }

    /// True where no index tells the one from the other, but for what they are found by.
    pub(crate) fn is_indexed_like(&self, other: &Self) -> bool {
        self.phone_key == other.phone_key
            && self.email_key == other.email_key
            && self.state.lead_source == other.state.lead_source
            && self.state.is_dnd == other.state.is_dnd
            && self.active_agent_id == other.active_agent_id
            && self.last_activity == other.last_activity
            && self.deleted_at == other.deleted_at
    }

    /// True where the contact is found by this key.
    pub(super) fn has(&self, key: &MatchingKey) -> bool {
        let own = match key.kind {
            KeyKind::Phone => &self.phone_key,
            KeyKind::Email => &self.email_key,
        };
        own.as_deref() == Some(key.key.as_str())
    }
}
