//! The writes of contacts, and what they answer.

use contact_model::{
    AgentId, AgentThread, CompanyId, Contact, ContactCreate, ContactId, ContactUpdate, Include, NewThread,
};

/// One write of a contact.
#[derive(Debug, Clone)]
pub struct ContactWrite {
    /// The company whose contact it is. No write reaches another company's.
    pub company_id: CompanyId,
    /// What to do.
    pub operation: WriteOperation,
    /// Which further keys the contact answered carries.
    pub include: Include,
}

/// What to do with a contact.
#[derive(Debug, Clone)]
pub enum WriteOperation {
    /// Create a contact, or update the one that it matches.
    Upsert(Box<ContactCreate>),
    /// Change the sent keys of a contact.
    Update(ContactId, Box<ContactUpdate>),
    /// Say which agent chats with a contact, or none.
    SetActiveAgent(ContactId, Option<AgentId>),
    /// Record a thread of an agent with a contact.
    RecordThread(ContactId, Box<NewThread>),
}

/// What a write did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Made a new contact.
    Created,
    /// Changed an existing one.
    Updated,
    /// Found nothing to change, and wrote nothing.
    Unchanged,
}

/// What a write did, once it is on disk.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// What it did.
    pub action: Action,
    /// The contact after it.
    pub contact: Contact,
    /// The names of what was sent and not stored.
    pub ignored: Vec<String>,
    /// The thread that was recorded, where one was.
    pub thread: Option<AgentThread>,
}
