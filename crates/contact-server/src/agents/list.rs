//! `GET /agents/`

use axum::extract::State;
use contact_model::AgentList;
use contact_store::ContactStore;
use contact_store::directory::ListAgents;

use crate::AppState;
use crate::answer::Json;
use crate::authentication::Reader;
use crate::error::ApiError;
use crate::problem_responses::{KeyProblems, ServerProblems};

/// List the agents
///
/// Extension: all agents of the company, the oldest first, those who are not at work too.
#[utoipa::path(
    get,
    path = "/agents/",
    operation_id = "list_agents",
    tag = "Extensions",
    responses(
        (status = 200, description = "The agents", body = AgentList),
        KeyProblems, ServerProblems,
    ),
)]
pub(crate) async fn list_agents(
    Reader(company_id): Reader,
    State(state): State<AppState>,
) -> Result<Json<AgentList>, ApiError> {
    let results = state.store.run_one(ListAgents { company_id }).await?;
    Ok(Json(AgentList { results }))
}
