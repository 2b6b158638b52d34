//! Reading contacts.

use std::collections::BTreeMap;

use contact_model::{ActiveChatAgent, AgentThread, CompanyId, ContactDetail, ContactId, Include, JsonText};

use super::record::{COLUMN_COUNT, ContactRecord};
use crate::StoreError;
use crate::connection::Row;

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

/// A contact as it was read, before its threads and custom fields are.
#[derive(Clone)]
pub(crate) struct FoundContact {
    pub(crate) record: ContactRecord,
    pub(crate) agent: Option<ActiveChatAgent>,
}

impl FoundContact {
    /// Reads the columns of a contact and, behind them, id, name and state of its agent.
    pub(crate) fn read(row: &dyn Row) -> Result<Self, StoreError> {
        let record = ContactRecord::read(row)?;
        let agent = match row.optional_uuid(COLUMN_COUNT)? {
            None => None,
            Some(id) => Some(ActiveChatAgent {
                id: id.into(),
                name: row.text(COLUMN_COUNT + 1)?,
                active: row.boolean(COLUMN_COUNT + 2)?,
            }),
        };
        Ok(Self { record, agent })
    }

    /// True where the contact has threads to read: the first one sets `last_activity`.
    pub(crate) fn has_threads(&self) -> bool {
        self.record.last_activity.is_some()
    }

    /// The whole answer.
    pub(crate) fn into_detail(
        self,
        recent_activity: Vec<AgentThread>,
        custom_fields: BTreeMap<String, JsonText>,
        include: Include,
    ) -> ContactDetail {
        ContactDetail {
            contact: self.record.into_contact(include, custom_fields),
            active_chat_agent: self.agent,
            recent_activity,
        }
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
