//! The threads of agents with contacts. Reading them as part of a contact is documented. Recording them is an
//! extension.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::body::{ObjectReader, RequestBody};
use crate::{AgentId, ThreadId, Timestamp, limits};

/// A thread between an agent and a contact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "id": "018bab2f-5d60-7c31-9a55-8dd25736052a",
    "agent_name": "Front desk",
    "agent_id": "018bab2f-0000-7c31-9a55-3c90c3cc0d44",
    "type": "call",
    "status": "completed",
    "direction": "inbound",
    "duration": 42.5,
    "created_at": "2023-11-07T05:31:56Z"
}))]
pub struct AgentThread {
    /// The thread's id.
    #[schema(value_type = uuid::Uuid)]
    pub id: ThreadId,
    /// The agent's name.
    pub agent_name: String,
    /// The agent's id.
    #[schema(value_type = uuid::Uuid)]
    pub agent_id: AgentId,
    /// The kind of thread, such as `call` or `chat`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The outcome, such as `completed`.
    pub status: String,
    /// The direction, such as `inbound`.
    pub direction: String,
    /// The duration in seconds.
    #[schema(extensions(("x-decided" = json!(true))))]
    pub duration: f64,
    /// When the thread took place.
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    pub created_at: Timestamp,
}

/// A thread to record for a contact.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({
    "agent_id": "018bab2f-0000-7c31-9a55-3c90c3cc0d44",
    "type": "call",
    "status": "completed",
    "direction": "inbound",
    "duration": 42.5
}))]
pub struct NewThread {
    /// The agent's id.
    #[schema(value_type = uuid::Uuid)]
    pub agent_id: AgentId,
    /// The kind of thread, such as `call` or `chat`. Not blank.
    #[serde(rename = "type")]
    #[schema(min_length = 1, max_length = 50, pattern = r"\S")]
    pub kind: String,
    /// The outcome, such as `completed`. Not blank.
    #[schema(min_length = 1, max_length = 50, pattern = r"\S")]
    pub status: String,
    /// The direction, such as `inbound`. Not blank.
    #[schema(min_length = 1, max_length = 50, pattern = r"\S")]
    pub direction: String,
    /// The duration in seconds. The default is 0.
    #[schema(required = false, minimum = 0.0)]
    pub duration: f64,
    /// When the thread took place. The default is the current time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = chrono::DateTime<chrono::Utc>, required = false)]
    pub created_at: Option<Timestamp>,
}

impl NewThread {
    /// Creates a thread that has no duration and takes place now.
    pub fn new(
        agent_id: AgentId,
        kind: impl Into<String>,
        status: impl Into<String>,
        direction: impl Into<String>,
    ) -> Self {
        let (kind, status, direction) = (kind.into(), status.into(), direction.into());
        Self { agent_id, kind, status, direction, duration: 0.0, created_at: None }
    }
}

impl RequestBody for NewThread {
    fn read(object: &mut ObjectReader<'_>) -> Self {
        Self {
            agent_id: object.required_id("agent_id"),
            kind: object.required_text("type", limits::THREAD_ATTRIBUTE),
            status: object.required_text("status", limits::THREAD_ATTRIBUTE),
            direction: object.required_text("direction", limits::THREAD_ATTRIBUTE),
            duration: object.non_negative_number("duration").unwrap_or_default(),
            created_at: object.timestamp("created_at"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ViolationCode;
    use crate::body::BodyError;

    #[test]
    fn every_invalid_field_of_a_thread_is_reported() {
        use ViolationCode::{InvalidValue, Required, WrongType};
        let body = br#"{"agent_id":null,"type":"","status":1,"duration":-1,"created_at":"noon"}"#;
        let BodyError::Fields { violations, .. } = NewThread::from_json(body).unwrap_err() else { panic!() };
        let found: Vec<_> = violations.as_slice().iter().map(|v| (v.pointer.as_str(), v.code)).collect();
        let expected = [
            ("/agent_id", ViolationCode::NullNotAllowed),
            ("/type", Required),
            ("/status", WrongType),
            ("/direction", Required),
            ("/duration", InvalidValue),
            ("/created_at", InvalidValue),
        ];
        assert_eq!(found, expected);
    }
}
