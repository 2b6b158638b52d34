//! `PATCH /agents/{agent_id}/`

use axum::response::Response;
use contact_model::{Agent, AgentId, AgentUpdate};
use contact_store::directory::UpdateAgent;

use crate::answer::Json;
use crate::authentication::Writer;
use crate::error::ApiError;
use crate::extract::{AgentPath, BodyHeaders};
use crate::problem_responses::{AgentProblems, BodyProblems, KeyProblems, ServerProblems};
use crate::writing::WriteRequest;

/// Update an agent
///
/// Extension: changes the keys that are sent and leaves the others as they are. A new name is also shown in earlier
/// threads.
#[utoipa::path(
    patch,
    path = "/agents/{agent_id}/",
    operation_id = "update_agent",
    tag = "Extensions",
    params(("agent_id" = inline(AgentId), Path, description = "The ID of the agent"), BodyHeaders),
    request_body(content = AgentUpdate, description = "What changes (all keys optional)"),
    responses(
        (status = 200, description = "The agent, changed", body = Agent),
        KeyProblems, AgentProblems, BodyProblems, ServerProblems,
    ),
)]
pub(crate) async fn update_agent(
    Writer(company_id): Writer,
    AgentPath(id): AgentPath,
    request: WriteRequest<AgentUpdate, BodyHeaders>,
) -> Result<Response, ApiError> {
    let update = |update| UpdateAgent { company_id, id, update };
    request.run(update, |headers, updated| (headers, Json(updated))).await
}
