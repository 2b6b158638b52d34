//! A contact in the response of the get operation.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::{ActiveChatAgent, AgentThread, Contact};

/// A contact with its active agent and its latest threads.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
    "name": "Jane Doe",
    "email": "jane@example.com",
    "phone": "+14155552671",
    "business_name": "Example Ltd",
    "notes": null,
    "tags": ["vip"],
    "lead_source": "api",
    "is_dnd": false,
    "profile_picture_url": null,
    "last_activity": "2023-11-07T05:31:56Z",
    "created_at": "2023-11-07T05:31:56.000123Z",
    "active_chat_agent": { "id": "018bab2f-0000-7c31-9a55-3c90c3cc0d44", "name": "Front desk", "active": true },
    "recent_activity": [{
        "id": "018bab2f-5d60-7c31-9a55-8dd25736052a",
        "agent_name": "Front desk",
        "agent_id": "018bab2f-0000-7c31-9a55-3c90c3cc0d44",
        "type": "call",
        "status": "completed",
        "direction": "inbound",
        "duration": 42.5,
        "created_at": "2023-11-07T05:31:56Z"
    }]
}))]
pub struct ContactDetail {
    /// The fields of the contact.
    #[serde(flatten)]
    pub contact: Contact,
    /// The contact's active agent, or null.
    #[schema(required)]
    pub active_chat_agent: Option<ActiveChatAgent>,
    /// The contact's latest agent threads, at most three, newest first.
    #[schema(max_items = 3)]
    pub recent_activity: Vec<AgentThread>,
}

/// The keys of the response that are not fields of the contact.
#[derive(Deserialize)]
struct FurtherKeys {
    active_chat_agent: Option<ActiveChatAgent>,
    recent_activity: Vec<AgentThread>,
}

/// Reads the text twice, because serde's implementation of `flatten` would lose digits of custom fields.
impl<'de> Deserialize<'de> for ContactDetail {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Box::<RawValue>::deserialize(deserializer)?;
        let contact = serde_json::from_str(text.get()).map_err(serde::de::Error::custom)?;
        let FurtherKeys { active_chat_agent, recent_activity } =
            serde_json::from_str(text.get()).map_err(serde::de::Error::custom)?;
        Ok(Self { contact, active_chat_agent, recent_activity })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_a_response_keeps_every_digit_of_its_custom_fields() {
        let answer = r#"{"id":"3c90c3cc-0d44-4b50-8888-8dd25736052a","name":null,"email":null,"phone":null,"business_name":null,"notes":null,"tags":[],"lead_source":"api","is_dnd":false,"profile_picture_url":null,"last_activity":null,"created_at":"2023-11-07T05:31:56Z","custom_fields":{"Size":1.10},"active_chat_agent":null,"recent_activity":[]}"#;
        let detail: ContactDetail = serde_json::from_str(answer).unwrap();
        assert_eq!(serde_json::to_string(&detail).unwrap(), answer);
    }
}
