//! Agents. The active agent of a contact is documented. Managing agents is an extension.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::body::{ObjectReader, RequestBody};
use crate::{AgentId, Timestamp, limits};

/// The agent who chats with a contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ActiveChatAgent {
    /// The agent's id.
    #[schema(value_type = uuid::Uuid)]
    pub id: AgentId,
    /// The agent's name.
    pub name: String,
    /// Whether the agent is active.
    pub active: bool,
}

/// An agent of a company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "id": "018bab2f-0000-7c31-9a55-3c90c3cc0d44",
    "name": "Front desk",
    "active": true,
    "created_at": "2023-11-07T05:31:56Z"
}))]
pub struct Agent {
    /// The agent's id.
    #[schema(value_type = uuid::Uuid)]
    pub id: AgentId,
    /// The agent's name.
    pub name: String,
    /// Whether the agent is active.
    pub active: bool,
    /// When the agent was created.
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    pub created_at: Timestamp,
}

/// An agent to create.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({ "name": "Front desk" }))]
pub struct NewAgent {
    /// The agent's name, not blank.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S")]
    pub name: String,
    /// Whether the agent is active. The default is true.
    #[schema(required = false)]
    pub active: bool,
}

impl NewAgent {
    /// Creates an active agent with this name.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), active: true }
    }
}

impl RequestBody for NewAgent {
    fn read(object: &mut ObjectReader<'_>) -> Self {
        Self {
            name: object.required_text("name", limits::DISPLAY_NAME),
            active: object.boolean("active").unwrap_or(true),
        }
    }
}

/// The choice of a contact's active agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({ "agent_id": "018bab2f-0000-7c31-9a55-3c90c3cc0d44" }))]
pub struct ActiveAgentChoice {
    /// The agent's id, or null for no agent.
    #[schema(value_type = Option<uuid::Uuid>, required)]
    pub agent_id: Option<AgentId>,
}

impl RequestBody for ActiveAgentChoice {
    fn read(object: &mut ObjectReader<'_>) -> Self {
        let agent_id = object.id("agent_id");
        if agent_id.is_keep() {
            object.require("agent_id");
        }
        Self { agent_id: agent_id.into_value() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ViolationCode;
    use crate::body::{BodyError, ParsedBody};

    fn codes<T: std::fmt::Debug>(read: Result<ParsedBody<T>, BodyError>) -> Vec<(String, ViolationCode)> {
        let BodyError::Fields { violations, .. } = read.unwrap_err() else { panic!() };
        violations.into_vec().into_iter().map(|v| (v.pointer, v.code)).collect()
    }

    #[test]
    fn an_agent_needs_a_name_and_is_active_by_default() {
        let agent = NewAgent::from_json(br#"{"name":"Front desk"}"#).unwrap().value;
        assert_eq!(agent, NewAgent { name: "Front desk".into(), active: true });
        for body in ["{}", r#"{"name":" "}"#] {
            let found = codes(NewAgent::from_json(body.as_bytes()));
            assert_eq!(found, [("/name".into(), ViolationCode::Required)]);
        }
    }

    #[test]
    fn agent_id_is_required_and_may_be_null() {
        assert_eq!(ActiveAgentChoice::from_json(br#"{"agent_id":null}"#).unwrap().value.agent_id, None);
        let none = codes(ActiveAgentChoice::from_json(b"{}"));
        assert_eq!(none, [("/agent_id".into(), ViolationCode::Required)]);
        let bad = codes(ActiveAgentChoice::from_json(br#"{"agent_id":"x"}"#));
        assert_eq!(bad, [("/agent_id".into(), ViolationCode::InvalidValue)]);
    }
}
