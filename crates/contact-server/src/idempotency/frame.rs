//! Wraps every request that has an idempotency key. Reads the key, the company and the body before the handler runs,
//! and stores a refusal afterwards.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequestParts, MatchedPath, RawPathParams, Request};
use axum::http::header::IF_MATCH;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use contact_model::idempotency::SentRequest;
use contact_model::{CompanyId, ContactId, IdempotencyKey, KeyedRequest, limits};
use contact_store::company::LockMentionedContacts;
use contact_store::{Idempotency, StoreError, StoredResponse};

use super::{IDEMPOTENCY_KEY, declared, replay};
use crate::SharedState;
use crate::authentication::authenticate_early;
use crate::error::{ApiError, PendingProblem};
use crate::extract::{PREFER, Prefer, arrive, bad_parameter, batch_limit};

/// The path of the only operation whose bodies may be larger than those of all others.
const BATCH_PATH: &str = "/contacts/batch/";

/// Runs a request. If it writes and has an idempotency key, its operation finds a [`KeyedRequest`] in the extensions
/// of the request.
pub(crate) async fn answer(state: &SharedState, id: &str, request: Request, next: Next) -> Response {
    let has_key = request.headers().contains_key(IDEMPOTENCY_KEY);
    // A dry run is rolled back, so its response is not stored.
    if !has_key || !is_declared_of(&request) || Prefer::of(request.headers()).is_dry_run() {
        return next.run(request).await;
    }
    // This future is large, so it is boxed. Otherwise every request would move it from place to place.
    Box::pin(answer_once(state, id, request, next)).await.unwrap_or_else(IntoResponse::into_response)
}

/// Returns true if the operation of the request supports the header. Other operations ignore it.
fn is_declared_of(request: &Request) -> bool {
    let path = request.extensions().get::<MatchedPath>();
    path.is_some_and(|path| declared::is_declared(request.method(), path.as_str()))
}

async fn answer_once(
    state: &SharedState,
    id: &str,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let (mut parts, body) = request.into_parts();
    // The body is read only for a valid API key. The operation checks whether the key's access is enough.
    let company_id = authenticate_early(&mut parts, state).await?;
    let Some(key) = key_of(&parts.headers)? else {
        return Ok(next.run(Request::from_parts(parts, body)).await);
    };
    let body = arrive(body, body_limit(&parts), state).await?;
    let request = keyed_request(company_id, &key, &parts, &body);
    let asked_for = contact_of(&mut parts).await;
    parts.extensions.insert(request);
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;

    match response.extensions().get::<PendingProblem>().cloned() {
        Some(refusal) if refusal.is_stored => {
            let hold = LockMentionedContacts {
                company_id,
                mentioned: refusal.contacts.clone(),
                requested: asked_for,
            };
            keep_refusal(state, request, hold, refusal.write(response, id)).await
        }
        _ => Ok(response),
    }
}

/// Stores a refusal as the response to its request, unless a response is already stored.
async fn keep_refusal(
    state: &SharedState,
    request: KeyedRequest,
    hold: LockMentionedContacts,
    refusal: Response,
) -> Result<Response, ApiError> {
    let refusal = replay::to_store(refusal, hold.mentioned.clone()).map_err(ApiError::Internal)?;
    let refusal = Arc::new(refusal);
    let given = Arc::clone(&refusal);
    let answer = move |held| Ok(StoredResponse { contacts: held, ..(*refusal).clone() });
    let quota = state.limits.idempotency_quota;
    match state.store.run_once(hold, Idempotency { request, make_response: Arc::new(answer), quota }).await {
        // A contact that the refusal names has been erased, so the refusal is not stored.
        Ok(_) | Err(StoreError::ContactNotFound) => replay::from_store(&given),
        Err(StoreError::Answered(earlier)) => replay::again(&earlier),
        Err(error) => Err(error.into()),
    }
}

/// Returns how many bytes the body of the request may have.
fn body_limit(parts: &Parts) -> usize {
    let path = parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str);
    if path == Some(BATCH_PATH) {
        batch_limit(&parts.headers, parts.uri.query())
    } else {
        limits::REQUEST_BODY
    }
}

fn key_of(headers: &HeaderMap) -> Result<Option<IdempotencyKey>, ApiError> {
    let values = headers.get_all(IDEMPOTENCY_KEY).iter().map(HeaderValue::as_bytes);
    IdempotencyKey::read(values)
        .map_err(|unreadable| bad_parameter("Idempotency-Key", format!("Idempotency-Key {unreadable}")))
}

fn keyed_request(company_id: CompanyId, key: &IdempotencyKey, parts: &Parts, body: &Bytes) -> KeyedRequest {
    let lines = |name: HeaderName| -> Vec<&[u8]> {
        parts.headers.get_all(name).iter().map(HeaderValue::as_bytes).collect()
    };
    let (prefer, if_match) = (lines(PREFER), lines(IF_MATCH));
    let sent = SentRequest {
        method: parts.method.as_str(),
        path: parts.uri.path(),
        query: parts.uri.query(),
        body,
        prefer: &prefer,
        if_match: &if_match,
    };
    KeyedRequest::new(company_id, key, &sent)
}

/// Returns the contact that the path names, as the router reads it for the operation.
async fn contact_of(parts: &mut Parts) -> Option<ContactId> {
    let parameters = RawPathParams::from_request_parts(parts, &()).await.ok()?;
    let (_, id) = parameters.iter().find(|(name, _)| *name == "contact_id")?;
    id.parse().ok()
}
