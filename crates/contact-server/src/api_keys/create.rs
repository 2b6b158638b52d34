//! `POST /api-keys/`

use axum::http::{HeaderMap, StatusCode};
use contact_model::{ApiKey, CreatedApiKey, NewApiKey};
use contact_store::directory::CreateApiKey;

use crate::answer::Json;
use crate::authentication::Admin;
use crate::contacts::write_request::WriteRequest;
use crate::error::ApiError;
use crate::extract::BodyHeaders;
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
    request: WriteRequest<NewApiKey, BodyHeaders>,
) -> Result<(StatusCode, HeaderMap, Json<CreatedApiKey>), ApiError> {
    let key = ApiKey::from_random(rand::random());
    let operation = |NewApiKey { name, access, expires_at }| CreateApiKey {
        company_id,
        name,
        access,
        expires_at,
        key: key.clone(),
    };
    let (headers, listed) = request.run(operation).await?;
    Ok((StatusCode::CREATED, headers, Json(CreatedApiKey { listed: listed.into(), key })))
}
