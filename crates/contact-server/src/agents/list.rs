//! `GET /agents/`

use axum::extract::State;
use contact_model::{AgentId, AgentList, IdCursor};
use contact_store::ContactStore;
use contact_store::directory::ListAgents;

use crate::AppState;
use crate::answer::Json;
use crate::authentication::Reader;
use crate::error::ApiError;
use crate::extract::{ListQuery, PageParameters, PageQuery};
use crate::problem_responses::{AnyKeyProblems, PageProblems, ServerProblems};

/// List the agents
///
/// Extension: lists the agents of the company page by page, the oldest first, including inactive ones.
#[utoipa::path(
    get,
    path = "/agents/",
    operation_id = "list_agents",
    tag = "Extensions",
    params(PageParameters),
    responses(
        (status = 200, description = "A page of the agents", body = AgentList),
        AnyKeyProblems, PageProblems, ServerProblems,
    ),
)]
pub(crate) async fn list_agents(
    ListQuery { caller: Reader(company_id), query: PageQuery { page_size, cursor }, links }: ListQuery<
        Reader,
        PageQuery<IdCursor<AgentId>>,
    >,
    State(state): State<AppState>,
) -> Result<Json<AgentList>, ApiError> {
    let after = cursor.map(|IdCursor(id)| id);
    let page = state.store.run_one(ListAgents { company_id, after, size: page_size }).await?;
    let next = links.next(page_size, page.next(|last| IdCursor(last.id)))?;
    Ok(Json(AgentList { results: page.entries, next }))
}
