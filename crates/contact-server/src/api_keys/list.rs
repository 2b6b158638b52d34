//! `GET /api-keys/`

use axum::extract::State;
use contact_model::{ApiKeyList, ListedApiKey};
use contact_store::ContactStore;
use contact_store::directory::ListApiKeys;

use crate::AppState;
use crate::answer::Json;
use crate::authentication::Admin;
use crate::error::ApiError;
use crate::problem_responses::{KeyProblems, ServerProblems};

/// List the API keys
///
/// Extension: all API keys of the company, the oldest first, revoked and expired ones too. The keys
/// themselves are not kept. Needs a key with admin access.
#[utoipa::path(
    get,
    path = "/api-keys/",
    operation_id = "list_api_keys",
    tag = "Extensions",
    responses(
        (status = 200, description = "The API keys", body = ApiKeyList),
        KeyProblems, ServerProblems,
    ),
)]
pub(crate) async fn list_api_keys(
    Admin(company_id): Admin,
    State(state): State<AppState>,
) -> Result<Json<ApiKeyList>, ApiError> {
    let keys = state.store.run_one(ListApiKeys { company_id: Some(company_id) }).await?;
    Ok(Json(ApiKeyList { results: keys.into_iter().map(ListedApiKey::from).collect() }))
}
