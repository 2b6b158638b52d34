//! Requests that manage a company's agents, and the list of agents. Extension.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::body::{ObjectReader, RequestBody};
use crate::{Agent, limits};

/// A page of a company's agents, sorted by id, which puts the oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "results": [{
        "id": "018bab2f-0000-7c31-9a55-3c90c3cc0d44",
        "name": "Front desk",
        "active": true,
        "created_at": "2023-11-07T05:31:56Z"
    }],
    "next": "/agents/?page_size=50&cursor=AAAAAAAAAAAAAAAAAAAAB2frZec",
    "next_cursor": "AAAAAAAAAAAAAAAAAAAAB2frZec"
}))]
pub struct AgentList {
    /// The agents.
    pub results: Vec<Agent>,
    /// The URL of the next page, as a path or absolute, or null on the last page.
    #[schema(required, format = "uri-reference")]
    pub next: Option<String>,
    /// The cursor of the next page, for the parameter `cursor`, or null on the last page.
    #[serde(default)]
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// The fields of an agent to change. Fields that are not sent keep their values. Extension.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, ToSchema)]
#[schema(example = json!({ "active": false }))]
pub struct AgentUpdate {
    /// The agent's new name, not blank.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 200, pattern = r"\S")]
    pub name: Option<String>,
    /// Whether the agent is active.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = bool, required = false)]
    pub active: Option<bool>,
}

impl AgentUpdate {
    /// Creates an update that changes nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Changes the name.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Changes whether the agent is active.
    #[must_use]
    pub fn active(mut self, active: bool) -> Self {
        self.active = Some(active);
        self
    }
}

impl RequestBody for AgentUpdate {
    fn read(object: &mut ObjectReader<'_>) -> Self {
        Self {
            name: object.optional_non_blank_text("name", limits::DISPLAY_NAME),
            active: object.boolean("active"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ViolationCode::{NullNotAllowed, Required, TooLong, WrongType};
    use crate::body::BodyError;

    #[test]
    fn fields_that_are_not_sent_are_unchanged() {
        let read = |body: &str| AgentUpdate::from_json(body.as_bytes()).unwrap().value;
        assert_eq!(read("{}"), AgentUpdate::default());
        assert_eq!(read(r#"{"name":"Desk"}"#), AgentUpdate::new().name("Desk"));
        assert_eq!(read(r#"{"active":false}"#), AgentUpdate::new().active(false));
    }

    #[test]
    fn every_invalid_field_is_reported() {
        let long = format!(r#"{{"name":"{}","active":"yes"}}"#, "x".repeat(201));
        for (body, expected) in [
            (r#"{"name":null,"active":null}"#, [NullNotAllowed, NullNotAllowed]),
            (r#"{"name":" ","active":1}"#, [Required, WrongType]),
            (long.as_str(), [TooLong, WrongType]),
        ] {
            let Err(BodyError::Fields { violations: found, .. }) = AgentUpdate::from_json(body.as_bytes())
            else {
                panic!()
            };
            assert_eq!(found.as_slice().iter().map(|v| v.code).collect::<Vec<_>>(), expected, "{body}");
        }
    }
}
