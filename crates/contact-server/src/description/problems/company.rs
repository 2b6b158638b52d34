//! Problems of operations on a company's custom fields, agents and API keys.

use contact_model::CustomFieldId;
use contact_store::StoreError;
use uuid::uuid;

use super::group;
use crate::extract::not_a_uuid;

group!(
    /// Problems of every operation on one custom field.
    CustomFieldProblems:
    Extension "the company has no such custom field" => StoreError::CustomFieldNotFound,
);

group!(
    /// Problems of every operation that names a custom field.
    CustomFieldNameProblems:
    Extension "another custom field of the company has the name" => StoreError::CustomFieldTaken {
        name: "Plan".to_owned(),
        by: CustomFieldId(uuid!("018bab2f-0000-7c31-9a55-5d6044cc0d44")),
    },
);

group!(
    /// Problems of the operation on one custom field that takes no body.
    CustomFieldIdProblems:
    Extension "the id cannot be read" => not_a_uuid("custom_field_id"),
);

group!(
    /// Problems of every operation on one agent.
    AgentProblems:
    Extension "the company has no such agent" => StoreError::AgentNotFound,
);

group!(
    /// Problems of the operation that deletes an agent.
    AgentInUseProblems:
    Extension "threads or contacts refer to the agent" => StoreError::AgentInUse,
);

group!(
    /// Problems of the operation on one agent that takes no body.
    AgentIdProblems:
    Extension "the id cannot be read" => not_a_uuid("agent_id"),
);

group!(
    /// Problems of the operation on one API key, which takes no body.
    ApiKeyProblems:
    Extension "the company has no such API key" => StoreError::ApiKeyNotFound,
    Extension "the id cannot be read" => not_a_uuid("api_key_id"),
);
