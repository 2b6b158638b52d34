//! The operations on agents.

use axum::response::Response;
use contact_model::{Agent, AgentId, AgentList, AgentUpdate, IdCursor, NewAgent};
use contact_store::company::{CreateAgent, DeleteAgent, ListAgents, UpdateAgent};

use crate::authentication::{Reader, Writer};
use crate::description::list_parameters::PageParameters;
use crate::description::problems::AgentInUse;
use crate::description::responses::Deleted;
use crate::description::tags;
use crate::error::Result;
use crate::extract::{AgentPath, BodyHeaders, NoBody, PageRequest, PlainHeaders};
use crate::json_response::{Json, created, deleted, updated};
use crate::paths;
use crate::writing::WriteRequest;

/// Create an agent
///
/// Creates an agent, who can be a contact's active agent and have threads with contacts.
#[utoipa::path(
    post,
    tag = tags::AGENTS,
    path = paths::AGENTS,
    params(BodyHeaders),
    request_body(content = NewAgent, description = "The agent."),
    responses((status = 201, description = "The created agent.", body = Agent)),
)]
pub(crate) async fn create_agent(
    Writer { company_id }: Writer,
    request: WriteRequest<NewAgent, BodyHeaders>,
) -> Result<Response> {
    request.run(None, |agent| CreateAgent { company_id, agent }, created).await
}

/// List agents
///
/// Lists the agents of the company page by page, the oldest first, including inactive ones.
#[utoipa::path(
    get,
    tag = tags::AGENTS,
    path = paths::AGENTS,
    params(PageParameters),
    responses((status = 200, description = "A page of the agents.", body = AgentList)),
)]
pub(crate) async fn list_agents(request: PageRequest<Reader, IdCursor<AgentId>>) -> Result<Json<AgentList>> {
    let list = |company_id, cursor, size| ListAgents { company_id, cursor, size };
    let (results, next) = request.read(list, |last| IdCursor(last.id)).await?;
    Ok(Json(AgentList { results, next: next.url, next_cursor: next.cursor }))
}

/// Update an agent
///
/// Changes the keys that are sent and leaves the others as they are. A new name is also shown in earlier threads.
#[utoipa::path(
    patch,
    tag = tags::AGENTS,
    path = paths::AGENT,
    params(AgentPath, BodyHeaders),
    request_body(content = AgentUpdate, description = "The keys to change. All are optional."),
    responses((status = 200, description = "The changed agent.", body = Agent)),
)]
pub(crate) async fn update_agent(
    Writer { company_id }: Writer,
    AgentPath(id): AgentPath,
    request: WriteRequest<AgentUpdate, BodyHeaders>,
) -> Result<Response> {
    request.run(None, |update| UpdateAgent { company_id, id, update }, updated).await
}

/// Delete an agent
///
/// Deletes an agent who has no threads and is no contact's active agent. For any other agent, set `active` to false
/// instead.
#[utoipa::path(
    delete,
    tag = tags::AGENTS,
    path = paths::AGENT,
    params(AgentPath, PlainHeaders),
    responses(
        Deleted,
        AgentInUse,
    ),
)]
pub(crate) async fn delete_agent(
    Writer { company_id }: Writer,
    AgentPath(id): AgentPath,
    request: WriteRequest<NoBody, PlainHeaders>,
) -> Result<Response> {
    request.run(None, |NoBody| DeleteAgent { company_id, id }, deleted).await
}
