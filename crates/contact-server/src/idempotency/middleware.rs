//! Wraps every request that has an idempotency key. Reads the key, the company and the body before the handler runs,
//! and stores a refusal afterwards.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequestParts, RawPathParams, Request};
use axum::http::header::IF_MATCH;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use contact_model::idempotency::RequestParts;
use contact_model::{CompanyId, ContactId, IdempotencyKey, KeyedRequest};
use contact_store::company::LockMentionedContacts;
use contact_store::{Idempotency, StoreError, StoredResponse};

use super::{IDEMPOTENCY_KEY, replay};
use crate::SharedState;
use crate::authentication::authenticate_early;
use crate::error::{ApiError, PendingProblem, Result};
use crate::extract::{PREFER, Prefer, bad_parameter, body_limit, receive_body};
use crate::operations::{self, ApiOperation};

/// Runs a request. If it writes and has an idempotency key, its operation finds the [`KeyedRequest`], the authorization
/// and the preferences in the extensions of the request.
pub(crate) async fn handle(state: &SharedState, id: &str, mut request: Request, next: Next) -> Response {
    if !request.headers().contains_key(IDEMPOTENCY_KEY) || !supports_key(&request) {
        return next.run(request).await;
    }
    let prefer = Prefer::from_headers(request.headers());
    request.extensions_mut().insert(prefer);
    // A dry run is rolled back, so its response is not stored.
    if prefer.is_dry_run() {
        return next.run(request).await;
    }
    // This future is large, so it is boxed. Otherwise every request would copy it.
    let response = Box::pin(handle_keyed(state, id, request, prefer, next)).await;
    response.unwrap_or_else(IntoResponse::into_response)
}

/// Returns true if the operation of the request supports the header. Other operations ignore it.
fn supports_key(request: &Request) -> bool {
    let operation = operations::of_request(request.method(), request.extensions());
    operation.is_some_and(ApiOperation::writes)
}

async fn handle_keyed(
    state: &SharedState,
    id: &str,
    request: Request,
    prefer: Prefer,
    next: Next,
) -> Result<Response> {
    let (mut parts, body) = request.into_parts();
    // The body is read only for a valid API key. The operation checks whether the key's access is enough.
    let company_id = authenticate_early(&mut parts, state).await?;
    let Some(key) = parse_key(&parts.headers)? else {
        return Ok(next.run(Request::from_parts(parts, body)).await);
    };
    let body = receive_body(body, body_limit(&parts, prefer), state).await?;
    let keyed = keyed_request(company_id, &key, &parts, &body);
    let requested = contact_in_path(&mut parts).await;
    parts.extensions.insert(keyed);
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;

    match response.extensions().get::<PendingProblem>().cloned() {
        Some(refusal) if refusal.is_stored => {
            let lock = LockMentionedContacts { company_id, mentioned: refusal.contacts.clone(), requested };
            store_refusal(state, keyed, lock, refusal.write(response, id, state.base_url())).await
        }
        _ => Ok(response),
    }
}

/// Stores a refusal as the response to its request, unless a response is already stored.
async fn store_refusal(
    state: &SharedState,
    request: KeyedRequest,
    lock: LockMentionedContacts,
    refusal: Response,
) -> Result<Response> {
    let refusal = replay::to_stored(refusal, BTreeSet::new()).map_err(ApiError::Internal)?;
    // The stored response belongs to the contacts that were locked, because they still exist.
    let without_contacts = refusal.clone();
    let build_response = move |locked| Ok(StoredResponse { contacts: locked, ..without_contacts.clone() });
    let quota = state.limits.idempotency_quota;
    let once = Idempotency { request, build_response: Arc::new(build_response), quota };
    match state.store.run_once(lock, once).await {
        // If a contact that the refusal mentions has been erased, the refusal is not stored.
        Ok(_) | Err(StoreError::ContactNotFound) => replay::from_stored(&refusal),
        Err(StoreError::AlreadyDone(earlier)) => replay::replayed(&earlier),
        Err(error) => Err(error.into()),
    }
}

fn parse_key(headers: &HeaderMap) -> Result<Option<IdempotencyKey>> {
    let values = headers.get_all(IDEMPOTENCY_KEY).iter().map(HeaderValue::as_bytes);
    IdempotencyKey::read(values)
        .map_err(|unreadable| bad_parameter("Idempotency-Key", format!("Idempotency-Key {unreadable}")))
}

fn keyed_request(company_id: CompanyId, key: &IdempotencyKey, parts: &Parts, body: &Bytes) -> KeyedRequest {
    let lines = |name: HeaderName| -> Vec<&[u8]> {
        parts.headers.get_all(name).iter().map(HeaderValue::as_bytes).collect()
    };
    let (prefer, if_match) = (lines(PREFER), lines(IF_MATCH));
    let sent = RequestParts {
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
async fn contact_in_path(parts: &mut Parts) -> Option<ContactId> {
    let parameters = RawPathParams::from_request_parts(parts, &()).await.ok()?;
    let (_, id) = parameters.iter().find(|(name, _)| *name == "contact_id")?;
    id.parse().ok()
}
