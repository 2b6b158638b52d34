//! `GET /agents/`

use axum::extract::State;
use contact_model::{AgentId, AgentList, IdCursor};
use contact_store::ContactStore;
use contact_store::directory::ListAgents;

use crate::AppState;
use crate::answer::Json;
use crate::authentication::Reader;
use crate::error::ApiError;
use crate::extract::{BaseUrl, PageParameters, PageQuery, Query, next_url};
use crate::problem_responses::{AnyKeyProblems, PageProblems, ServerProblems};

/// List the agents
///
/// Extension: the agents of the company, the oldest first, page by page, those who are not at work too.
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
    Reader(company_id): Reader,
    Query { value: PageQuery { page_size, cursor }, .. }: Query<PageQuery<IdCursor<AgentId>>>,
    base: BaseUrl,
    State(state): State<AppState>,
) -> Result<Json<AgentList>, ApiError> {
    let after = cursor.map(|IdCursor(id)| id);
    let page = state.store.run_one(ListAgents { company_id, after, size: page_size }).await?;
    let next = next_url(&base, "/agents/", page_size, page.next(|last| IdCursor(last.id)));
    Ok(Json(AgentList { results: page.entries, next }))
}
