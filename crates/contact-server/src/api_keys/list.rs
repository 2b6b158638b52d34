//! `GET /api-keys/`

use axum::extract::State;
use contact_model::{ApiKeyId, ApiKeyList, IdCursor, ListedApiKey};
use contact_store::ContactStore;
use contact_store::directory::PageOfApiKeys;

use crate::AppState;
use crate::answer::Json;
use crate::authentication::Admin;
use crate::error::ApiError;
use crate::extract::{ListQuery, PageParameters, PageQuery};
use crate::problem_responses::{KeyProblems, PageProblems, ServerProblems};

/// List the API keys
///
/// Extension: lists the API keys of the company page by page, the oldest first, including revoked and expired ones.
/// The keys themselves are not stored. Needs a key with admin access.
#[utoipa::path(
    get,
    path = "/api-keys/",
    operation_id = "list_api_keys",
    tag = "Extensions",
    params(PageParameters),
    responses(
        (status = 200, description = "A page of the API keys", body = ApiKeyList),
        KeyProblems, PageProblems, ServerProblems,
    ),
)]
pub(crate) async fn list_api_keys(
    ListQuery { caller: Admin(company_id), query: PageQuery { page_size, cursor }, links }: ListQuery<
        Admin,
        PageQuery<IdCursor<ApiKeyId>>,
    >,
    State(state): State<AppState>,
) -> Result<Json<ApiKeyList>, ApiError> {
    let after = cursor.map(|IdCursor(id)| id);
    let page = state.store.run_one(PageOfApiKeys { company_id, after, size: page_size }).await?;
    let next = links.next(page_size, page.next(|last| IdCursor(last.id)))?;
    Ok(Json(ApiKeyList { results: page.entries.into_iter().map(ListedApiKey::from).collect(), next }))
}
