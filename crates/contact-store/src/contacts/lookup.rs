//! Reading contacts.

use std::collections::BTreeMap;

use contact_model::entity_tag::{ShownAgents, ShownCustomFields};
use contact_model::{
    ActiveChatAgent, AgentThread, CompanyId, ContactDetail, ContactId, EntityTag, Include, JsonText,
};

use super::record::{COLUMN_COUNT, ContactRecord};
use crate::StoreError;
use crate::connection::Row;
use crate::queue::Cost;

/// A contact to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContactLookup {
    /// The company whose contact it is. No lookup finds another company's.
    pub company_id: CompanyId,
    /// The contact.
    pub id: ContactId,
    /// Which further keys the answer carries.
    pub include: Include,
}

impl Cost for ContactLookup {}

/// A contact that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadContact {
    /// The contact.
    pub detail: ContactDetail,
    /// Which state of it that is.
    pub tag: EntityTag,
}

/// A contact as it was read, before its threads and custom fields are.
#[derive(Clone)]
pub(crate) struct FoundContact {
    pub(crate) record: ContactRecord,
    agent: Option<ActiveChatAgent>,
    agent_version: i64,
}

/// What is read of a contact behind its row: by statements of their own, which must see the same version
/// of the row, so that its tag names one state and not parts of two.
#[derive(Clone, Default)]
pub(crate) struct BehindRow {
    threads: Vec<AgentThread>,
    thread_agents: i64,
    custom_fields: BTreeMap<String, JsonText>,
    shown_fields: ShownCustomFields,
}

impl BehindRow {
    /// Takes a row whose columns begin at `first`: the version of the contact's row, those of
    /// [`read_thread`], the version of the thread's agent.
    ///
    /// # Errors
    /// The contact has changed since its row was read.
    pub(crate) fn take_thread(
        &mut self,
        found: &FoundContact,
        row: &dyn Row,
        first: usize,
    ) -> Result<(), StoreError> {
        found.is_of_version(row.integer(first)?)?;
        self.threads.push(read_thread(row, first + 1)?);
        self.thread_agents += row.integer(first + 9)?;
        Ok(())
    }

    /// Takes a row whose columns begin at `first`: the version of the contact's row, and name, value and
    /// version of a custom field, or nothing where the contact has no values.
    ///
    /// # Errors
    /// The contact has changed since its row was read.
    pub(crate) fn take_value(
        &mut self,
        found: &FoundContact,
        row: &dyn Row,
        first: usize,
    ) -> Result<(), StoreError> {
        found.is_of_version(row.integer(first)?)?;
        if let Some(name) = row.optional_text(first + 1)? {
            self.custom_fields.insert(name, JsonText::from_stored(row.text(first + 2)?));
            self.shown_fields.add(row.integer(first + 3)?);
        }
        Ok(())
    }
}

impl FoundContact {
    /// Reads the columns of a contact and, behind them, id, name, state and version of its agent.
    pub(crate) fn read(row: &dyn Row) -> Result<Self, StoreError> {
        let record = ContactRecord::read(row)?;
        let Some(id) = row.optional_uuid(COLUMN_COUNT)? else {
            return Ok(Self { record, agent: None, agent_version: 0 });
        };
        let agent = ActiveChatAgent {
            id: id.into(),
            name: row.text(COLUMN_COUNT + 1)?,
            active: row.boolean(COLUMN_COUNT + 2)?,
        };
        Ok(Self { record, agent: Some(agent), agent_version: row.integer(COLUMN_COUNT + 3)? })
    }

    fn is_of_version(&self, version: i64) -> Result<(), StoreError> {
        let same = self.record.version == version;
        if same { Ok(()) } else { Err(StoreError::conflict("the contact changed while it was read")) }
    }

    /// True where the contact has threads to read: the first one sets `last_activity`.
    pub(crate) fn has_threads(&self) -> bool {
        self.record.last_activity.is_some()
    }

    /// The whole answer.
    pub(crate) fn with(self, behind: BehindRow, include: Include) -> ReadContact {
        let agents = ShownAgents { active: self.agent_version, of_threads: behind.thread_agents };
        let tag = EntityTag {
            row: self.record.row_version(),
            agents: Some(agents),
            custom_fields: include.custom_fields.then_some(behind.shown_fields),
            include,
        };
        let detail = ContactDetail {
            contact: self.record.into_contact(include, behind.custom_fields),
            active_chat_agent: self.agent,
            recent_activity: behind.threads,
        };
        ReadContact { detail, tag }
    }
}

/// Reads a thread whose columns begin at `first`: id, agent's name and id, type, status, direction,
/// duration, time.
pub(crate) fn read_thread(row: &dyn Row, first: usize) -> Result<AgentThread, StoreError> {
    Ok(AgentThread {
        id: row.uuid(first)?.into(),
        agent_name: row.text(first + 1)?,
        agent_id: row.uuid(first + 2)?.into(),
        kind: row.text(first + 3)?,
        status: row.text(first + 4)?,
        direction: row.text(first + 5)?,
        duration: row.real(first + 6)?,
        created_at: row.time(first + 7)?,
    })
}
