//! `PATCH /agents/{agent_id}/`

use axum::extract::State;
use axum::http::HeaderMap;
use contact_model::{Agent, AgentId, AgentUpdate};
use contact_store::ContactStore;
use contact_store::directory::UpdateAgent;

use crate::AppState;
use crate::answer::Json;
use crate::authentication::Writer;
use crate::contacts::ignored_fields;
use crate::error::ApiError;
use crate::extract::{AgentPath, Body, BodyHeaders, Prefer};
use crate::problem_responses::{AgentProblems, BodyProblems, KeyProblems, ServerProblems};

/// Update an agent
///
/// Extension: changes what is sent; the rest stays. A new name shows in the threads of the past too.
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
    prefer: Prefer,
    State(state): State<AppState>,
    Body(update): Body<AgentUpdate>,
) -> Result<(HeaderMap, Json<Agent>), ApiError> {
    let updated = state.store.run_one(UpdateAgent { company_id, id, update: update.value }).await?;
    Ok((prefer.name_followed::<BodyHeaders>(ignored_fields(&update.ignored)), Json(updated)))
}
