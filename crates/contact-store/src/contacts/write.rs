//! Writes of contacts and their results.

use std::collections::BTreeMap;
use std::sync::Arc;

use contact_model::changes::revert::{LeftAlone, NetChange};
use contact_model::contact::ContactMerge;
use contact_model::receipt::{Snapshot, Snapshots};
use contact_model::{
    AgentId, AgentThread, CompanyId, Contact, ContactId, ContactInsert, ContactUpdate, ContactUpsert,
    EntityTag, Handling, Include, JsonText, MatchPolicy, MatchedBy, NewThread, Precondition, Timestamp, json,
};

pub use contact_model::receipt::Action;

use super::record::ContactRecord;
use crate::company::Origin;
use crate::idempotency::Idempotency;
use crate::queue::Results;
use crate::{Result, StoreError};

/// One write of a contact.
#[derive(Debug, Clone)]
pub struct ContactWrite {
    /// The company that the contact belongs to. A write never reaches another company's contacts.
    pub company_id: CompanyId,
    /// What to do.
    pub operation: WriteOperation,
    /// The optional keys that the returned contact includes.
    pub include: Include,
    /// The options of the write.
    pub options: WriteOptions,
    /// The state that the contact must be in after the writes before this one. Otherwise the write is refused.
    pub precondition: Option<Precondition>,
    /// The request with an idempotency key, if the write is to be done only once, however often it is sent.
    pub idempotency: Option<Idempotency<Written>>,
    /// Who caused the write.
    pub origin: Arc<Origin>,
}

/// Makes all writes of a caller happen only once, in one transaction. Their response is built from the results of all
/// writes, in their order.
pub type SetIdempotency = Idempotency<Vec<Result<Written>>>;

impl ContactWrite {
    /// Creates a write with the default options, and without an origin, as the server makes by itself.
    pub fn new(company_id: CompanyId, operation: WriteOperation, include: Include) -> Self {
        Self {
            company_id,
            operation,
            include,
            options: WriteOptions::default(),
            precondition: None,
            idempotency: None,
            origin: Arc::default(),
        }
    }
}

/// Options of a write. They extend the contract, and the defaults follow it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WriteOptions {
    /// With strict handling, a write with a custom-field key that matches no field is refused.
    pub handling: Handling,
    /// If true, the result contains the contact before and after the write.
    pub receipt: bool,
    /// If true, the result does not contain the contact.
    pub omits_contact: bool,
}

/// What to do with a contact.
#[derive(Debug, Clone)]
pub enum WriteOperation {
    /// Creates a contact, or updates the one that it matches. If it matches two, the policy decides.
    Upsert(Box<ContactUpsert>, MatchPolicy),
    /// Stores a contact exactly as given, even if another contact is like it.
    Insert(Box<ContactInsert>),
    /// Changes the sent keys of a contact.
    Update(ContactId, Box<ContactUpdate>),
    /// Sets or clears the agent that chats with a contact.
    SetActiveAgent(ContactId, Option<AgentId>),
    /// Records a thread of an agent with a contact.
    RecordThread(ContactId, Box<NewThread>),
    /// Adds tags to a contact, or removes or renames one.
    ChangeTags(ContactId, TagChange),
    /// Deletes a contact. Nothing finds it until it is restored.
    Delete(ContactId),
    /// Restores a contact that was deleted at this time or later.
    Restore(ContactId, Timestamp),
    /// Undoes changes of a contact, whether or not it is deleted. If true, also what changed again later.
    Revert(ContactId, Box<NetChange>, bool),
    /// Merges a contact into the one with this id.
    Merge(ContactId, Box<ContactMerge>),
    /// Removes a contact permanently, whether or not it was deleted before, and those that were merged into it.
    Erase(ContactId),
    /// Removes a contact permanently if it was deleted before this time.
    EraseExpired(ContactId, Timestamp),
}

impl WriteOperation {
    /// Returns true if the operation removes a contact permanently.
    pub(crate) fn erases(&self) -> bool {
        matches!(self, Self::Erase(_) | Self::EraseExpired(..))
    }
}

/// A change of a contact's tags.
#[derive(Debug, Clone)]
pub enum TagChange {
    /// Appends the tags that the contact does not have.
    Add(Vec<String>),
    /// Removes a tag.
    Remove(String),
    /// Renames a tag.
    Rename {
        /// The tag.
        from: String,
        /// Its new name.
        to: String,
    },
}

/// The result of a write that is on disk.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// What the write did.
    pub action: Action,
    /// The id of the contact.
    pub id: ContactId,
    /// The contact after the write, or its last state if the write removed it permanently. `None` if
    /// [`WriteOptions::omits_contact`] is set.
    pub contact: Option<Contact>,
    /// The entity tag of that state of the contact.
    pub etag: EntityTag,
    /// The names of the sent values that were not stored.
    pub ignored: Vec<String>,
    /// The thread that the write recorded, if any.
    pub thread: Option<AgentThread>,
    /// What was undone, if the write undid changes.
    pub reverted: Option<Box<RevertedFields>>,
    /// The key that matched an existing contact, if the write looked for one and found it.
    pub matched_by: Option<MatchedBy>,
    /// Which of the contact's `name`, `email` and `phone` the write replaced.
    pub replaced: Vec<&'static str>,
    /// The contact before and after the write, if [`WriteOptions::receipt`] is set.
    pub snapshots: Option<Box<Snapshots>>,
}

/// What a write that undoes changes did to the fields of a contact.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RevertedFields {
    /// The fields that were set back.
    pub fields: Vec<String>,
    /// What was left alone.
    pub left: Vec<LeftAlone>,
}

/// The reason why none of the writes of an atomic set was done.
#[derive(Debug, thiserror::Error)]
pub enum AtomicError {
    /// A write was refused.
    #[error("the write at {index} is refused: {error}")]
    Refused {
        /// The index of the first write that was refused, counted from zero.
        index: usize,
        /// The reason for the refusal.
        #[source]
        error: StoreError,
    },
    /// The database failed, or the whole set was refused, for example because its request already has a stored
    /// response.
    #[error(transparent)]
    WholeSet(#[from] StoreError),
}

/// The result of a write within its set, before it is converted for the caller.
#[derive(Clone)]
pub(crate) struct Applied {
    /// The result for the caller, still without the contact and the snapshots for the receipt.
    pub(crate) written: Written,
    /// The contact, or `None` if the result does not contain it.
    pub(crate) contact: Option<ReturnedContact>,
    /// The contact before and after the write, if a receipt was requested.
    pub(crate) receipt: Option<Box<ReceiptData>>,
}

/// A contact as a result contains it.
#[derive(Clone)]
pub(crate) struct ReturnedContact {
    /// The row. It must be copied before a later write of the set changes it.
    pub(crate) record: Arc<ContactRecord>,
    /// The custom-field values by the names of their fields.
    pub(crate) custom_fields: BTreeMap<String, JsonText>,
}

/// The contact before and after a write.
#[derive(Clone)]
pub(crate) struct ReceiptData {
    /// The contact before the write. `None` if the write created it.
    pub(crate) before: Option<ReturnedContact>,
    /// The contact after the write.
    pub(crate) after: ReturnedContact,
}

impl ReturnedContact {
    fn json_bytes(&self) -> usize {
        self.record.json_bytes(&self.custom_fields, json::length_of)
    }

    fn into_snapshot(self) -> Snapshot {
        let Self { record, custom_fields } = self;
        Snapshot {
            state: record.state.clone(),
            active_agent_id: record.active_agent_id,
            last_activity: record.last_activity,
            profile_picture_url: record.profile_picture_url.clone(),
            custom_fields,
        }
    }
}

impl Applied {
    /// Returns the bytes of the contact's data in the result, as JSON.
    pub(crate) fn returned_bytes(&self) -> usize {
        let receipt = self.receipt.iter().flat_map(|receipt| receipt.before.iter().chain([&receipt.after]));
        self.contact.iter().chain(receipt).map(ReturnedContact::json_bytes).sum()
    }

    /// Converts the result for the caller. The caller's task does this, because the writer has the next set to
    /// serve.
    pub(crate) fn into_written(self) -> Written {
        let Self { written, contact, receipt } = self;
        let contact = contact.map(|ReturnedContact { record, custom_fields }| {
            Arc::unwrap_or_clone(record).into_contact(written.etag.include, custom_fields)
        });
        let snapshots = receipt.map(|receipt| {
            let ReceiptData { before, after } = *receipt;
            Box::new(Snapshots {
                before: before.map(ReturnedContact::into_snapshot),
                after: after.into_snapshot(),
            })
        });
        Written { contact, snapshots, ..written }
    }
}

/// Converts the results of a caller's writes.
pub(crate) fn written(results: Results<Applied>) -> Results<Written> {
    results.into_iter().map(|result| result.map(Applied::into_written)).collect()
}

/// Converts the results of writes of which all or none are done. No write after a refused one was tried.
pub(crate) fn all_written(results: Results<Applied>) -> Result<Vec<Written>, AtomicError> {
    let results = results.into_iter().enumerate().map(|(index, result)| match result {
        Ok(applied) => Ok(applied.into_written()),
        Err(error) if error.is_refusal() => Err(AtomicError::Refused { index, error }),
        Err(failure) => Err(AtomicError::WholeSet(failure)),
    });
    results.collect()
}
