//! `POST /api-keys/`

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use contact_model::{ApiKey, CreatedApiKey, NewApiKey};
use contact_store::ContactStore;
use contact_store::directory::CreateApiKey;

use crate::AppState;
use crate::answer::Json;
use crate::authentication::Admin;
use crate::contacts::ignored_fields;
use crate::error::ApiError;
use crate::extract::{Body, BodyHeaders, Prefer};
use crate::problem_responses::{BodyProblems, KeyProblems, ServerProblems};

/// Create an API key
///
/// Extension: makes a key that speaks for the company, and answers with it this once. Needs a key
/// with admin access.
#[utoipa::path(
    post,
    path = "/api-keys/",
    operation_id = "create_api_key",
    tag = "Extensions",
    params(BodyHeaders),
    request_body(content = NewApiKey, description = "The API key (all keys optional)"),
    responses(
        (status = 201, description = "The API key, created", body = CreatedApiKey),
        KeyProblems, BodyProblems, ServerProblems,
    ),
)]
pub(crate) async fn create_api_key(
    Admin(company_id): Admin,
    prefer: Prefer,
    State(state): State<AppState>,
    Body(new): Body<NewApiKey>,
) -> Result<(StatusCode, HeaderMap, Json<CreatedApiKey>), ApiError> {
    let NewApiKey { name, access, expires_at } = new.value;
    let key = ApiKey::from_random(rand::random());
    let create = CreateApiKey { company_id, name, access, expires_at, key: key.clone() };
    let listed = state.store.run_one(create).await?.into();
    Ok((
        StatusCode::CREATED,
        prefer.name_followed::<BodyHeaders>(ignored_fields(&new.ignored)),
        Json(CreatedApiKey { listed, key }),
    ))
}
