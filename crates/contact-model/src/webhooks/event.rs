//! The events that webhooks send.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::changes::{ChangeAction, ChangeEntry};
use crate::string_enum::string_enum;
use crate::{Timestamp, WebhookId};

/// The maximum size of the body of an event in bytes, as the Standard Webhooks specification recommends. A larger event
/// is sent without the values.
pub const MAX_EVENT: usize = 20 * 1024;

string_enum! {
    /// What happened.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
    pub enum WebhookEventType: "a type of event" {
        /// A contact was created.
        #[serde(rename = "contact.created")]
        ContactCreated = "contact.created",
        /// Fields of a contact changed.
        #[serde(rename = "contact.updated")]
        ContactUpdated = "contact.updated",
        /// A contact was deleted.
        #[serde(rename = "contact.deleted")]
        ContactDeleted = "contact.deleted",
        /// A deleted contact was restored.
        #[serde(rename = "contact.restored")]
        ContactRestored = "contact.restored",
        /// A contact was removed permanently.
        #[serde(rename = "contact.erased")]
        ContactErased = "contact.erased",
        /// A contact was merged into another one, or another one into it.
        #[serde(rename = "contact.merged")]
        ContactMerged = "contact.merged",
        /// A custom field was renamed.
        #[serde(rename = "custom_field.renamed")]
        CustomFieldRenamed = "custom_field.renamed",
        /// A custom field was deleted.
        #[serde(rename = "custom_field.deleted")]
        CustomFieldDeleted = "custom_field.deleted",
        /// Nothing happened: the event is a test.
        #[serde(rename = "webhook.test")]
        Test = "webhook.test",
    }
}

impl From<ChangeAction> for WebhookEventType {
    fn from(action: ChangeAction) -> Self {
        match action {
            ChangeAction::Created => Self::ContactCreated,
            ChangeAction::Updated => Self::ContactUpdated,
            ChangeAction::Deleted => Self::ContactDeleted,
            ChangeAction::Restored => Self::ContactRestored,
            ChangeAction::Erased => Self::ContactErased,
            ChangeAction::Merged => Self::ContactMerged,
            ChangeAction::CustomFieldRenamed => Self::CustomFieldRenamed,
            ChangeAction::CustomFieldDeleted => Self::CustomFieldDeleted,
        }
    }
}

/// The body of a request that the server sends to a webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WebhookEvent {
    /// What happened.
    #[serde(rename = "type")]
    pub kind: WebhookEventType,
    /// When it happened.
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    pub timestamp: Timestamp,
    /// The change.
    pub data: ChangeEntry,
    /// What `data` does not contain because the body would have more than 20 KiB. Usually it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub omitted: Option<OmittedValues>,
}

/// The values that an event does not contain because its body would be too large. `changed` is then empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OmittedValues {
    /// The names of the changed fields. If they alone are too large, the list is empty.
    pub fields: Vec<String>,
    /// The URL of the contact's history, which contains the values, as a path or absolute.
    #[schema(format = "uri-reference")]
    pub history: String,
}

impl WebhookEvent {
    /// Creates the event of a change. `base` is the URL of the server, or empty.
    pub fn new(entry: ChangeEntry, base: &str) -> Self {
        let event = Self { kind: entry.action.into(), timestamp: entry.at, data: entry, omitted: None };
        event.shortened(base)
    }

    /// Creates a test event from a sample of a change.
    pub fn test(sample: ChangeEntry) -> Self {
        Self { kind: WebhookEventType::Test, timestamp: sample.at, data: sample, omitted: None }
    }

    /// Returns the body.
    pub fn to_json(&self) -> Vec<u8> {
        // Names, times, ids and JSON texts can always be written as JSON.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Leaves out the values if the body would be too large, and the names of the fields if it still would be.
    fn shortened(mut self, base: &str) -> Self {
        let Some(contact) = self.data.contact_id else { return self };
        if self.to_json().len() <= MAX_EVENT {
            return self;
        }
        let fields = std::mem::take(&mut self.data.changed).into_keys().collect();
        let history = format!("{base}/contacts/{contact}/history/");
        self.omitted = Some(OmittedValues { fields, history });
        if self.to_json().len() > MAX_EVENT
            && let Some(omitted) = &mut self.omitted
        {
            omitted.fields.clear();
        }
        self
    }
}

/// Returns the id of the event of a change. It is the same whenever the change is sent to the webhook.
pub fn event_id(webhook: WebhookId, sequence: i64) -> String {
    format!("msg_{}_{sequence}", webhook.0.simple())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::JsonText;
    use crate::changes::{Change, ChangeHash};

    pub(in crate::webhooks) fn entry(action: ChangeAction, changed: &[&str]) -> ChangeEntry {
        let null = || JsonText::from_stored("null".to_owned());
        let changes =
            changed.iter().map(|name| ((*name).to_owned(), Change { before: null(), after: null() }));
        ChangeEntry {
            sequence: 7,
            contact_id: Some(uuid::Uuid::from_u128(1).into()),
            action,
            at: "2026-01-31T12:00:00Z".parse().unwrap(),
            key: None,
            request_id: None,
            operation_id: None,
            changed: changes.collect(),
            hash: ChangeHash::START,
            contact: None,
        }
    }

    fn with_value(mut entry: ChangeEntry, name: &str, length: usize) -> ChangeEntry {
        let after = JsonText::from_stored(format!("\"{}\"", "x".repeat(length)));
        entry
            .changed
            .insert(name.to_owned(), Change { before: JsonText::from_stored("null".to_owned()), after });
        entry
    }

    #[test]
    fn an_event_contains_the_change() {
        let change = entry(ChangeAction::Updated, &["notes"]);
        let event = WebhookEvent::new(change.clone(), "");
        let body: serde_json::Value = serde_json::from_slice(&event.to_json()).unwrap();
        let expected = serde_json::json!({
            "type": "contact.updated", "timestamp": "2026-01-31T12:00:00Z", "data": change,
        });
        assert_eq!(body, expected);
        assert_eq!(serde_json::from_value::<WebhookEvent>(body).unwrap(), event);
    }

    #[test]
    fn a_large_event_has_no_values_but_the_link_of_the_history() {
        let change = with_value(entry(ChangeAction::Created, &["name"]), "notes", MAX_EVENT);
        let event = WebhookEvent::new(change, "https://example.com");
        let omitted = event.omitted.as_ref().unwrap();
        assert_eq!(omitted.fields, ["name", "notes"]);
        let contact = "00000000-0000-0000-0000-000000000001";
        assert_eq!(omitted.history, format!("https://example.com/contacts/{contact}/history/"));
        assert!(event.data.changed.is_empty() && event.to_json().len() < MAX_EVENT);

        let names: Vec<String> = (0..300).map(|number| format!("{number:0100}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let event = WebhookEvent::new(entry(ChangeAction::Created, &names), "");
        assert!(event.omitted.as_ref().unwrap().fields.is_empty() && event.to_json().len() < MAX_EVENT);
    }

    #[test]
    fn an_event_just_below_the_limit_is_complete() {
        let bytes =
            |length| WebhookEvent::new(with_value(entry(ChangeAction::Updated, &[]), "notes", length), "");
        let frame = bytes(0).to_json().len();
        assert_eq!(bytes(MAX_EVENT - frame).omitted, None);
        assert!(bytes(MAX_EVENT - frame + 1).omitted.is_some());
    }
}
