//! `DELETE /api-keys/{api_key_id}/`

use axum::Extension;
use axum::http::StatusCode;
use axum::response::Response;
use contact_model::{ApiKeyId, ApiKeyInfo};
use contact_store::directory::RevokeApiKey;

use crate::audit::{self, Change};
use crate::authentication::{Admin, Caller};
use crate::error::ApiError;
use crate::extract::{ApiKeyPath, PlainHeaders};
use crate::problem_responses::{ApiKeyProblems, KeyProblems, ServerProblems};
use crate::writing::WriteRequest;

/// Revoke an API key
///
/// Extension: within 5 seconds the key stops working on every server, for good. It stays in the list. A key that was
/// revoked before stays revoked. A key may revoke itself. Needs a key with admin access.
#[utoipa::path(
    delete,
    path = "/api-keys/{api_key_id}/",
    operation_id = "revoke_api_key",
    tag = "Extensions",
    params(("api_key_id" = inline(ApiKeyId), Path, description = "The ID of the API key"), PlainHeaders),
    responses(
        (status = 204, description = "The API key is revoked"),
        KeyProblems, ApiKeyProblems, ServerProblems,
    ),
)]
pub(crate) async fn revoke_api_key(
    Admin(company_id): Admin,
    Caller(caller): Caller,
    ApiKeyPath(id): ApiKeyPath,
    request: WriteRequest<(), PlainHeaders>,
) -> Result<Response, ApiError> {
    // The operation contains the company, so an id of another company's key is not found.
    let revoke = |()| RevokeApiKey { company_id: Some(company_id), id };
    let is_dry_run = request.is_dry_run();
    let answer = |headers, ApiKeyInfo { id, company_id, .. }| {
        (StatusCode::NO_CONTENT, Extension(Change::KeyRevoked { id, company_id }), headers)
    };
    let response = request.run(revoke, answer).await?;
    Ok(audit::attribute(response, caller.key_id, is_dry_run))
}
