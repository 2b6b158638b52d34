//! The data that a random scenario needs, and the writes of its steps.

use contact_model::contact::ContactMerge;
use contact_model::{Agent, CompanyId, ContactId, CustomField, Timestamp};
use contact_store::{ContactWrite, WriteOperation};
use serde_json::json;

use crate::fixture::{ALL, set_agent, thread, unknown_id, update};
use crate::inserts::item;
use crate::random_writes::Step;

/// The companies, agents and custom fields of a scenario, with the same IDs on every database.
pub(crate) struct Setup {
    pub(crate) companies: [CompanyId; 2],
    pub(crate) agents: [Agent; 2],
    pub(crate) fields: [Vec<CustomField>; 2],
}

impl Setup {
    /// Returns the write of a step. `contacts` are those that the scenario has created so far.
    pub(crate) fn write(&self, step: &Step, contacts: &[(CompanyId, ContactId)]) -> ContactWrite {
        let contact = |index: &usize| contacts.get(*index).map_or_else(unknown_id, |(_, contact)| *contact);
        match step {
            Step::Upsert { company, body, policy } => {
                let mut write = item(self.companies[*company], "upsert", body.clone());
                if let WriteOperation::Upsert(_, match_policy) = &mut write.operation {
                    *match_policy = *policy;
                }
                write
            }
            Step::Insert { company, body, is_oldest } => {
                let mut sent = body.as_object().cloned().unwrap_or_default();
                for (create, insert) in [("full_name", "name"), ("phone_number", "phone")] {
                    if let Some(value) = sent.remove(create) {
                        sent.insert(insert.to_owned(), value);
                    }
                }
                if *is_oldest {
                    // Each such insert is older than all earlier contacts.
                    let year = 1_999 - contacts.len();
                    sent.insert("created_at".to_owned(), json!(format!("{year}-01-01T00:00:00Z")));
                }
                item(self.companies[*company], "insert", sent.into())
            }
            Step::Delete { company, contact: index } => {
                item(self.companies[*company], "delete", json!({ "id": contact(index) }))
            }
            Step::Update { company, contact: index, body } => {
                update(self.companies[*company], contact(index), body.clone())
            }
            Step::Merge { company, contact: index, from, prefers_texts } => {
                let mut merge = ContactMerge::new(contact(from));
                if *prefers_texts {
                    merge = merge.preferring("email").preferring("phone").preferring("name");
                }
                let merge = WriteOperation::Merge(contact(index), Box::new(merge));
                ContactWrite::new(self.companies[*company], merge, ALL)
            }
            Step::Restore { company, contact: index } => {
                let restore = WriteOperation::Restore(contact(index), Timestamp::from_micros(0).unwrap());
                ContactWrite::new(self.companies[*company], restore, ALL)
            }
            Step::Erase { company, contact: index } => {
                ContactWrite::new(self.companies[*company], WriteOperation::Erase(contact(index)), ALL)
            }
            Step::Revert { .. } => unreachable!("it depends on the log"),
            Step::SetAgent { company, contact: index, agent } => {
                set_agent(self.companies[*company], contact(index), agent.then_some(self.agents[*company].id))
            }
            Step::Thread { company, contact: index, day } => {
                let at = format!("2026-01-0{day}T00:00:00Z");
                thread(self.companies[*company], contact(index), self.agents[*company].id, &at)
            }
        }
    }
}
