//! The operations on a company's API keys.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use contact_model::{ApiKey, ApiKeyId, ApiKeyInfo, ApiKeyList, CreatedApiKey, IdCursor, NewApiKey};
use contact_store::company::{CreateApiKey, ListApiKeys, RevokeApiKey};

use crate::audit::{self, Change};
use crate::authentication::Admin;
use crate::description::list_parameters::PageParameters;
use crate::description::problems::Forbidden;
use crate::description::responses::Deleted;
use crate::description::tags;
use crate::error::Result;
use crate::extract::{ApiKeyPath, BodyHeaders, NoBody, PageRequest, PlainHeaders};
use crate::idempotency::ResponseCipher;
use crate::json_response::Json;
use crate::paths;
use crate::writing::WriteRequest;

/// Create an API key
///
/// Creates an API key for the company. The key itself is only in this response. If the request is sent again with its
/// `Idempotency-Key`, the response is the same, but only for the API key that sent it first. Needs a key with admin
/// access.
#[utoipa::path(
    post,
    tag = tags::API_KEYS,
    path = paths::API_KEYS,
    params(BodyHeaders),
    request_body(content = NewApiKey, description = "The API key. All keys are optional."),
    responses((status = 201, description = "The created API key.", body = CreatedApiKey)),
)]
pub(crate) async fn create_api_key(
    Admin { company_id, key_id }: Admin,
    cipher: ResponseCipher,
    request: WriteRequest<NewApiKey, BodyHeaders>,
) -> Result<Response> {
    let key = ApiKey::from_random(rand::random());
    let new_key = key.clone();
    let create =
        |NewApiKey { name, access, expires_at }| CreateApiKey { company_id, name, access, expires_at, key };
    let is_dry_run = request.prefer.is_dry_run();
    let created = move |headers, ApiKeyInfo { company_id, listed }| {
        let change = Change::KeyCreated { id: listed.id, company_id, access: listed.access };
        let body = CreatedApiKey { listed, key: new_key.clone() };
        (StatusCode::CREATED, audit::attributed(change, key_id, is_dry_run), headers, Json(body))
            .into_response()
    };
    request.run(Some(cipher), create, created).await
}

/// List API keys
///
/// Lists the API keys of the company page by page, the oldest first, including revoked and expired ones. The keys
/// themselves are not shown. Needs a key with admin access.
#[utoipa::path(
    get,
    tag = tags::API_KEYS,
    path = paths::API_KEYS,
    params(PageParameters),
    responses(
        (status = 200, description = "A page of the API keys.", body = ApiKeyList),
        Forbidden,
    ),
)]
pub(crate) async fn list_api_keys(
    request: PageRequest<Admin, IdCursor<ApiKeyId>>,
) -> Result<Json<ApiKeyList>> {
    let list = |company_id, cursor, size| ListApiKeys { company_id, cursor, size };
    let (keys, next) = request.read(list, |last| IdCursor(last.listed.id)).await?;
    let results = keys.into_iter().map(|key| key.listed).collect();
    Ok(Json(ApiKeyList { results, next: next.url, next_cursor: next.cursor }))
}

/// Revoke an API key
///
/// Revokes a key permanently: within 5 seconds it stops working on every server. It stays in the list. Revoking a
/// revoked key changes nothing. A key may revoke itself. Needs a key with admin access.
#[utoipa::path(
    delete,
    tag = tags::API_KEYS,
    path = paths::API_KEY,
    params(ApiKeyPath, PlainHeaders),
    responses(Deleted),
)]
pub(crate) async fn revoke_api_key(
    Admin { company_id, key_id }: Admin,
    ApiKeyPath(id): ApiKeyPath,
    request: WriteRequest<NoBody, PlainHeaders>,
) -> Result<Response> {
    // The operation contains the company, so an id of another company's key is not found.
    let revoke = RevokeApiKey { company_id: Some(company_id), id };
    let is_dry_run = request.prefer.is_dry_run();
    let revoked = move |headers, ApiKeyInfo { company_id, .. }| {
        let change = Change::KeyRevoked { id, company_id };
        (StatusCode::NO_CONTENT, audit::attributed(change, key_id, is_dry_run), headers).into_response()
    };
    request.run(None, |NoBody| revoke, revoked).await
}
