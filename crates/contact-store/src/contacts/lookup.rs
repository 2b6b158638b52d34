//! Reads of single contacts.

use std::collections::BTreeMap;

use contact_model::entity_tag::{ShownAgents, ShownCustomFields};
use contact_model::{
    ActiveChatAgent, AgentThread, CompanyId, ContactDetail, ContactId, EntityTag, Include, JsonText,
};

use super::columns::COLUMN_COUNT;
use super::record::ContactRecord;
use crate::company::thread::read_thread;
use crate::connection::Row;
use crate::queue::Cost;
use crate::{Result, StoreError};

/// A contact to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContactLookup {
    /// The company that the contact belongs to. A lookup never finds another company's contact.
    pub company_id: CompanyId,
    /// The contact.
    pub id: ContactId,
    /// The optional keys that the result includes.
    pub include: Include,
}

impl Cost for ContactLookup {}

/// A contact that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadContact {
    /// The contact.
    pub detail: ContactDetail,
    /// The entity tag of that state of the contact.
    pub etag: EntityTag,
}

/// A contact that was found, with the data that is stored outside its row. Further statements read that data. They
/// must see the same version of the row, so that the entity tag identifies one state and does not mix two.
#[derive(Clone)]
pub(crate) struct FoundContact {
    pub(crate) record: ContactRecord,
    /// The agent with the version of its row.
    agent: Option<(ActiveChatAgent, i64)>,
    threads: Vec<AgentThread>,
    /// The sum of the versions of the agents of the threads.
    thread_agents: i64,
    custom_fields: BTreeMap<String, JsonText>,
    shown_fields: ShownCustomFields,
}

impl FoundContact {
    /// Reads the columns of a contact, followed by the id, name, state and version of its agent.
    pub(crate) fn read(row: &dyn Row) -> Result<Self> {
        let agent = match row.optional_uuid(COLUMN_COUNT)? {
            None => None,
            Some(id) => {
                let (name, active) = (row.text(COLUMN_COUNT + 1)?, row.boolean(COLUMN_COUNT + 2)?);
                Some((ActiveChatAgent { id: id.into(), name, active }, row.integer(COLUMN_COUNT + 3)?))
            }
        };
        Ok(Self {
            record: ContactRecord::read(row)?,
            agent,
            threads: Vec::new(),
            thread_agents: 0,
            custom_fields: BTreeMap::new(),
            shown_fields: ShownCustomFields::default(),
        })
    }

    /// Returns true if the contact has threads. The first thread sets `last_activity`.
    pub(crate) fn has_threads(&self) -> bool {
        self.record.last_activity.is_some()
    }

    /// Adds a thread from a row. From `first` on, the row contains the version of the contact's row, the columns of
    /// [`read_thread`], and the version of the thread's agent.
    ///
    /// # Errors
    /// Returns a conflict if the contact has changed since its row was read.
    pub(crate) fn add_thread(&mut self, row: &dyn Row, first: usize) -> Result<()> {
        self.check_version(row.integer(first)?)?;
        self.threads.push(read_thread(row, first + 1)?);
        self.thread_agents += row.integer(first + 9)?;
        Ok(())
    }

    /// Adds a custom-field value from a row. From `first` on, the row contains the version of the contact's row and
    /// the name, value and version of a custom field. The last three are NULL if the contact has no values.
    ///
    /// # Errors
    /// Returns a conflict if the contact has changed since its row was read.
    pub(crate) fn add_value(&mut self, row: &dyn Row, first: usize) -> Result<()> {
        self.check_version(row.integer(first)?)?;
        if let Some(name) = row.optional_text(first + 1)? {
            self.custom_fields.insert(name, JsonText::from_stored(row.text(first + 2)?));
            self.shown_fields.add(row.integer(first + 3)?);
        }
        Ok(())
    }

    fn check_version(&self, version: i64) -> Result<()> {
        let same = self.record.version == version;
        if same { Ok(()) } else { Err(StoreError::conflict("the contact changed while it was read")) }
    }

    /// Converts the contact, once its data is complete.
    pub(crate) fn into_read(self, include: Include) -> ReadContact {
        let (agent, agent_version) = self.agent.unzip();
        let active = agent_version.unwrap_or_default();
        let etag = EntityTag {
            row: self.record.row_version(),
            agents: Some(ShownAgents { active, of_threads: self.thread_agents }),
            custom_fields: include.custom_fields.then_some(self.shown_fields),
            include,
        };
        let detail = ContactDetail {
            contact: self.record.into_contact(include, self.custom_fields),
            active_chat_agent: agent,
            recent_activity: self.threads,
        };
        ReadContact { detail, etag }
    }
}
