//! `DELETE /agents/{agent_id}/`

use axum::http::StatusCode;
use axum::response::Response;
use contact_model::AgentId;
use contact_store::directory::DeleteAgent;

use crate::authentication::Writer;
use crate::error::ApiError;
use crate::extract::{AgentPath, PlainHeaders};
use crate::problem_responses::{
    AgentIdProblems, AgentInUseProblems, AgentProblems, KeyProblems, ServerProblems,
};
use crate::writing::WriteRequest;

/// Delete an agent
///
/// Extension: deletes an agent that nothing refers to. An agent who has threads or is a contact's active agent cannot
/// be deleted. Set `active` to false instead.
#[utoipa::path(
    delete,
    path = "/agents/{agent_id}/",
    operation_id = "delete_agent",
    tag = "Extensions",
    params(("agent_id" = inline(AgentId), Path, description = "The ID of the agent"), PlainHeaders),
    responses(
        (status = 204, description = "The agent is deleted"),
        KeyProblems, AgentProblems, AgentInUseProblems, AgentIdProblems, ServerProblems,
    ),
)]
pub(crate) async fn delete_agent(
    Writer(company_id): Writer,
    AgentPath(id): AgentPath,
    request: WriteRequest<(), PlainHeaders>,
) -> Result<Response, ApiError> {
    let delete = |()| DeleteAgent { company_id, id };
    request.run(delete, |headers, ()| (StatusCode::NO_CONTENT, headers)).await
}
