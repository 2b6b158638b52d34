//! Computes the contacts of a company from its log of changes.

use std::collections::BTreeMap;

use contact_model::changes::{ChangeAction, ChangeEntry};
use contact_model::{CompanyId, ContactDetail, ContactId, Timestamp};
use contact_store::Store;
use contact_store::company::{FeedStart, ReadChanges};
use serde_json::{Value, json};

/// The contacts that follow from a log.
#[derive(Debug, Default)]
pub(crate) struct Replay {
    contacts: BTreeMap<ContactId, Fields>,
}

/// The fields of a contact that are not null, by name.
#[derive(Debug, Default)]
struct Fields {
    values: BTreeMap<String, Value>,
    is_deleted: bool,
}

impl Replay {
    /// Reads the whole log of a company.
    pub(crate) async fn of_company(store: &Store, company_id: CompanyId) -> Self {
        let mut replay = Self::default();
        let mut from = FeedStart::Earliest;
        loop {
            let page = store.run(ReadChanges { company_id, from, limit: 200 }).await.unwrap();
            page.entries.iter().for_each(|entry| replay.apply(entry));
            if !page.has_more {
                return replay;
            }
            from = FeedStart::After(page.cursor);
        }
    }

    fn apply(&mut self, entry: &ChangeEntry) {
        let changed: BTreeMap<String, Value> =
            entry.changed.iter().map(|(name, change)| (name.clone(), json!(change))).collect();
        match entry.action {
            ChangeAction::CustomFieldRenamed | ChangeAction::CustomFieldDeleted => {
                let names = &changed["custom_field"];
                let name = |when: &str| names[when].as_str().map(|name| format!("custom_fields.{name}"));
                for fields in self.contacts.values_mut() {
                    let value = fields.values.remove(&name("before").unwrap());
                    if let (Some(new_name), Some(value)) = (name("after"), value) {
                        fields.values.insert(new_name, value);
                    }
                }
                return;
            }
            ChangeAction::Erased => {
                self.contacts.remove(&entry.contact_id.unwrap());
                return;
            }
            ChangeAction::Created => {
                let previous = self.contacts.insert(entry.contact_id.unwrap(), Fields::default());
                assert!(previous.is_none(), "{entry:?} creates a contact that exists");
            }
            ChangeAction::Updated | ChangeAction::Deleted | ChangeAction::Restored | ChangeAction::Merged => {
            }
        }
        let contact = entry.contact_id.unwrap();
        let fields = self.contacts.get_mut(&contact).unwrap_or_else(|| panic!("{entry:?} has no contact"));
        match entry.action {
            ChangeAction::Deleted => fields.is_deleted = true,
            ChangeAction::Restored => fields.is_deleted = false,
            // The other entry of a merge is that of the contact that remains.
            ChangeAction::Merged if changed.contains_key("merged_into") => fields.is_deleted = true,
            _ => {}
        }
        // `merged_from` is not a field of the contact.
        for (name, change) in changed.into_iter().filter(|(name, _)| name != "merged_from") {
            let before = fields.values.remove(&name).unwrap_or_default();
            assert_eq!(change["before"], before, "{name} before change {} of {contact}", entry.sequence);
            if !change["after"].is_null() {
                fields.values.insert(name, change["after"].clone());
            }
        }
        // A contact that was inserted may have changed at a later time.
        // The entries of a contact that is erased later have no values.
        let updated_at = fields.values.get("updated_at").filter(|_| entry.action != ChangeAction::Created);
        if let Some(updated_at) = updated_at.cloned() {
            let updated_at: Timestamp = serde_json::from_value(updated_at).unwrap();
            fields.values.insert("updated_at".to_owned(), json!(updated_at.max(entry.at)));
        }
    }

    /// Asserts that a contact as it is stored, or `None` if it is deleted or erased, follows from the log.
    pub(crate) fn assert_same(&self, contact: ContactId, stored: Option<&ContactDetail>) {
        let replayed = self.contacts.get(&contact).filter(|fields| !fields.is_deleted);
        let Some(stored) = stored else {
            assert!(replayed.is_none(), "{contact} exists in the log only");
            return;
        };
        let replayed = replayed.unwrap_or_else(|| panic!("{contact} does not exist in the log"));
        let mut expected = BTreeMap::new();
        for (name, value) in json!(stored.contact).as_object().unwrap() {
            match (name.as_str(), value) {
                ("id", _) => {}
                ("custom_fields", fields) => {
                    let fields = fields.as_object().unwrap().iter();
                    expected
                        .extend(fields.map(|(name, value)| (format!("custom_fields.{name}"), value.clone())));
                }
                _ => drop(expected.insert(name.clone(), value.clone())),
            }
        }
        let agent = stored.active_chat_agent.as_ref().map(|agent| json!(agent.id));
        expected.insert("active_agent_id".to_owned(), agent.unwrap_or_default());
        expected.retain(|_, value| !value.is_null());
        assert_eq!(replayed.values, expected, "{contact}");
    }
}
