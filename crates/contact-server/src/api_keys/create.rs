//! `POST /api-keys/`

use axum::Extension;
use axum::http::StatusCode;
use axum::response::Response;
use contact_model::company::ApiKeyInfo;
use contact_model::{ApiKey, CreatedApiKey, NewApiKey};
use contact_store::directory::CreateApiKey;

use crate::answer::Json;
use crate::audit::{self, Change};
use crate::authentication::{Admin, Caller};
use crate::error::ApiError;
use crate::extract::BodyHeaders;
use crate::idempotency::Seal;
use crate::problem_responses::{BodyProblems, KeyProblems, ServerProblems};
use crate::writing::WriteRequest;

/// Create an API key
///
/// Extension: creates an API key for the company. The key itself is only in this response. If the request is sent
/// again with its `Idempotency-Key`, the response is the same, but only for the API key that sent it first. Needs a
/// key with admin access.
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
    Caller(caller): Caller,
    seal: Seal,
    request: WriteRequest<NewApiKey, BodyHeaders>,
) -> Result<Response, ApiError> {
    let key = ApiKey::from_random(rand::random());
    let operation = |NewApiKey { name, access, expires_at }| CreateApiKey {
        company_id,
        name,
        access,
        expires_at,
        key: key.clone(),
    };
    let shown = key.clone();
    let is_dry_run = request.is_dry_run();
    let answer = move |headers, created: ApiKeyInfo| {
        let ApiKeyInfo { id, company_id, access, .. } = created;
        let change = Extension(Change::KeyCreated { id, company_id, access });
        let answer = CreatedApiKey { listed: created.into(), key: shown.clone() };
        (StatusCode::CREATED, change, headers, Json(answer))
    };
    let response = request.run_sealed(seal, operation, answer).await?;
    Ok(audit::attribute(response, caller.key_id, is_dry_run))
}
