//! `POST /agents/`

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use contact_model::{Agent, NewAgent};
use contact_store::ContactStore;
use contact_store::directory::CreateAgent;

use crate::AppState;
use crate::answer::Json;
use crate::authentication::Writer;
use crate::contacts::ignored_fields;
use crate::error::ApiError;
use crate::extract::{Body, BodyHeaders, Prefer};
use crate::problem_responses::{BodyProblems, KeyProblems, ServerProblems};

/// Create an agent
///
/// Extension: an agent can be a contact's active agent and have threads with contacts.
#[utoipa::path(
    post,
    path = "/agents/",
    operation_id = "create_agent",
    tag = "Extensions",
    params(BodyHeaders),
    request_body(content = NewAgent, description = "The agent"),
    responses(
        (status = 201, description = "The agent, created", body = Agent),
        KeyProblems, BodyProblems, ServerProblems,
    ),
)]
pub(crate) async fn create_agent(
    Writer(company_id): Writer,
    prefer: Prefer,
    State(state): State<AppState>,
    Body(agent): Body<NewAgent>,
) -> Result<(StatusCode, HeaderMap, Json<Agent>), ApiError> {
    let created = state.store.run_one(CreateAgent { company_id, agent: agent.value }).await?;
    Ok((
        StatusCode::CREATED,
        prefer.name_followed::<BodyHeaders>(ignored_fields(&agent.ignored)),
        Json(created),
    ))
}
