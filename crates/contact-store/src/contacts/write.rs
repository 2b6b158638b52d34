//! The writes of contacts, and what they answer.

use std::collections::BTreeMap;
use std::sync::Arc;

use contact_model::entity_tag::{RowVersion, ShownCustomFields};
use contact_model::receipt::{Snapshot, States};
use contact_model::{
    AgentId, AgentThread, CompanyId, Contact, ContactId, ContactInsert, ContactUpdate, ContactUpsert,
    EntityTag, Handling, Include, JsonText, MatchPolicy, MatchedBy, NewThread, Precondition, Timestamp,
};

pub use contact_model::receipt::Action;

use super::record::ContactRecord;
use crate::StoreError;
use crate::once::Once;
use crate::queue::Answers;

/// One write of a contact.
#[derive(Debug, Clone)]
pub struct ContactWrite {
    /// The company whose contact it is. No write reaches another company's.
    pub company_id: CompanyId,
    /// What to do.
    pub operation: WriteOperation,
    /// Which further keys the contact answered carries.
    pub include: Include,
    /// How to do it.
    pub options: WriteOptions,
    /// What it needs of the contact as the writes before it leave it; else it is refused.
    pub if_version: Option<Precondition>,
    /// It is done once, however often it is asked for.
    pub once: Option<Once<Written>>,
}

/// That the writes of a set are done once, in one transaction, and what they are answered with: by what became of
/// each, in their order.
pub type OnceTogether = Once<Vec<Result<Written, StoreError>>>;

impl ContactWrite {
    /// A write as the contract says.
    pub fn new(company_id: CompanyId, operation: WriteOperation, include: Include) -> Self {
        Self {
            company_id,
            operation,
            include,
            options: WriteOptions::default(),
            if_version: None,
            once: None,
        }
    }
}

/// How to do a write, beyond what it does; by default as the contract says. Extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WriteOptions {
    /// With strict handling, custom-field keys that match no field refuse the write.
    pub handling: Handling,
    /// The answer tells the contact before and after.
    pub receipt: bool,
    /// The answer does without the contact.
    pub brief: bool,
}

/// What to do with a contact.
#[derive(Debug, Clone)]
pub enum WriteOperation {
    /// Create a contact, or update the one that it matches; the policy decides between two.
    Upsert(Box<ContactUpsert>, MatchPolicy),
    /// Store a contact exactly as it is given, whether or not another is like it.
    Insert(Box<ContactInsert>),
    /// Change the sent keys of a contact.
    Update(ContactId, Box<ContactUpdate>),
    /// Say which agent chats with a contact, or none.
    SetActiveAgent(ContactId, Option<AgentId>),
    /// Record a thread of an agent with a contact.
    RecordThread(ContactId, Box<NewThread>),
    /// Add tags to a contact, or take one away.
    ChangeTags(ContactId, TagChange),
    /// Delete a contact, so that nothing finds it until it is restored.
    Delete(ContactId),
    /// Take back a contact that was deleted at this time or later.
    Restore(ContactId, Timestamp),
    /// Remove a contact for good, deleted before or not.
    Erase(ContactId),
    /// Remove a contact for good if it was deleted before this time.
    EraseExpired(ContactId, Timestamp),
}

impl WriteOperation {
    /// Returns true if the operation removes a contact for good.
    pub(crate) fn erases(&self) -> bool {
        matches!(self, Self::Erase(_) | Self::EraseExpired(..))
    }
}

/// A change of a contact's tags.
#[derive(Debug, Clone)]
pub enum TagChange {
    /// Add those that are missing, behind the others.
    Add(Vec<String>),
    /// Take a tag away.
    Remove(String),
    /// Give a tag another name.
    Rename {
        /// The tag.
        from: String,
        /// Its new name.
        to: String,
    },
}

/// What a write did, once it is on disk.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// What it did.
    pub action: Action,
    /// Which contact it is.
    pub id: ContactId,
    /// The contact after it; one that was removed for good, as it was. Not there where the write was to be
    /// answered in brief.
    pub contact: Option<Contact>,
    /// Which state of the contact that is.
    pub tag: EntityTag,
    /// The names of what was sent and not stored.
    pub ignored: Vec<String>,
    /// The thread that was recorded, where one was.
    pub thread: Option<AgentThread>,
    /// What led to an existing contact, where the write was to find one.
    pub matched_by: Option<MatchedBy>,
    /// Which of the contact's `name`, `email` and `phone` the write replaced.
    pub replaced: Vec<&'static str>,
    /// The contact before and after, where a receipt was asked for.
    pub states: Option<Box<States>>,
}

/// Why none of the writes was done that were to be done all or none.
#[derive(Debug, thiserror::Error)]
pub enum AtomicError {
    /// One of them is refused.
    #[error("the write at {index} is refused: {error}")]
    Refused {
        /// Which one, counted from zero: the first.
        index: usize,
        /// Why.
        #[source]
        error: StoreError,
    },
    /// The database failed, or the whole was answered before.
    #[error(transparent)]
    Failed(#[from] StoreError),
}

/// What a write did, as the set that it was part of leaves it behind.
#[derive(Clone)]
pub(crate) struct Applied {
    pub(crate) action: Action,
    pub(crate) row: RowVersion,
    /// The contact, unless the answer does without it: then nothing keeps what later writes of the set change.
    pub(crate) record: Option<Arc<ContactRecord>>,
    pub(crate) include: Include,
    pub(crate) custom_fields: BTreeMap<String, JsonText>,
    pub(crate) shown_fields: Option<ShownCustomFields>,
    pub(crate) ignored: Vec<String>,
    pub(crate) thread: Option<AgentThread>,
    pub(crate) matched_by: Option<MatchedBy>,
    pub(crate) replaced: Vec<&'static str>,
    pub(crate) trace: Option<Box<Trace>>,
}

/// What a receipt needs beside the contact's row. It is kept where one was asked for and nowhere else.
#[derive(Clone)]
pub(crate) struct Trace {
    /// The contact before the write, unless the write made it.
    pub(crate) before: Option<(Arc<ContactRecord>, BTreeMap<String, JsonText>)>,
    /// The contact after it.
    pub(crate) after: (Arc<ContactRecord>, BTreeMap<String, JsonText>),
}

impl Trace {
    fn into_states(self) -> States {
        let snapshot = |(record, custom_fields): (Arc<ContactRecord>, _)| Snapshot {
            state: record.state.clone(),
            active_agent_id: record.active_agent_id,
            last_activity: record.last_activity,
            profile_picture_url: record.profile_picture_url.clone(),
            custom_fields,
        };
        States { before: self.before.map(snapshot), after: snapshot(self.after) }
    }
}

impl Applied {
    /// Bytes of what its answer shows of the contact, as JSON writes it.
    pub(crate) fn shown_bytes(&self) -> usize {
        let state = |(record, fields): &(Arc<ContactRecord>, _)| record.json_bytes_with(fields);
        let contact = self.record.as_ref().map(|record| record.json_bytes_with(&self.custom_fields));
        let receipt = self.trace.as_ref().map(|trace| {
            let Trace { before, after } = &**trace;
            before.as_ref().map_or(0, state) + state(after)
        });
        contact.unwrap_or_default() + receipt.unwrap_or_default()
    }

    /// The answer to the caller, made where the caller is: whoever writes has the next set to see to.
    pub(crate) fn into_written(self) -> Written {
        let states = self.trace.map(|trace| Box::new(trace.into_states()));
        let tag = EntityTag {
            row: self.row,
            agents: None,
            custom_fields: self.shown_fields,
            include: self.include,
        };
        Written {
            action: self.action,
            tag,
            id: self.row.contact,
            contact: self
                .record
                .map(|record| Arc::unwrap_or_clone(record).into_contact(self.include, self.custom_fields)),
            ignored: self.ignored,
            thread: self.thread,
            matched_by: self.matched_by,
            replaced: self.replaced,
            states,
        }
    }
}

/// The answers to a caller's writes.
pub(crate) fn written(answers: Answers<Applied>) -> Answers<Written> {
    answers.into_iter().map(|answer| answer.map(Applied::into_written)).collect()
}

/// The answers to writes that were to be done all or none. Behind one that is refused none was tried.
pub(crate) fn all_written(answers: Answers<Applied>) -> Result<Vec<Written>, AtomicError> {
    let mut all = Vec::with_capacity(answers.len());
    for (index, answer) in answers.into_iter().enumerate() {
        match answer {
            Ok(applied) => all.push(applied.into_written()),
            Err(error) if error.is_refusal() => return Err(AtomicError::Refused { index, error }),
            Err(failure) => return Err(AtomicError::Failed(failure)),
        }
    }
    Ok(all)
}
