//! `POST /agents/`

use axum::http::StatusCode;
use axum::response::Response;
use contact_model::{Agent, NewAgent};
use contact_store::directory::CreateAgent;

use crate::answer::Json;
use crate::authentication::Writer;
use crate::error::ApiError;
use crate::extract::BodyHeaders;
use crate::problem_responses::{BodyProblems, KeyProblems, ServerProblems};
use crate::writing::WriteRequest;

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
    request: WriteRequest<NewAgent, BodyHeaders>,
) -> Result<Response, ApiError> {
    let create = |agent| CreateAgent { company_id, agent };
    request.run(create, |headers, created| (StatusCode::CREATED, headers, Json(created))).await
}
