//! What is done around every request with an idempotency key.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequestParts, MatchedPath, RawPathParams, Request};
use axum::http::header::IF_MATCH;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use contact_model::idempotency::{self, SentRequest};
use contact_model::{CompanyId, ContactId, IdempotencyKey, KeyedRequest, limits};
use contact_store::{ContactStore, HoldContacts, Once, StoreError, StoredAnswer};

use super::{IDEMPOTENCY_KEY, declared, replay};
use crate::AppState;
use crate::authentication::Reader;
use crate::error::{ApiError, Pending};
use crate::extract::{PREFER, Prefer, arrive, bad_parameter, batch_limit};

/// The path of the one operation whose bodies may be larger than all others'.
const BATCH_PATH: &str = "/contacts/batch/";

/// Answers a request. One that writes and has an idempotency key is answered once: its operation finds in the
/// request what it is called by.
pub(crate) async fn answer(state: &AppState, id: &str, request: Request, next: Next) -> Response {
    let has_key = request.headers().contains_key(IDEMPOTENCY_KEY);
    // What is undone again has no answer to be kept.
    if !has_key || !is_declared_of(&request) || Prefer::of(request.headers()).is_dry_run() {
        return next.run(request).await;
    }
    // Apart, because it is large, and what every request goes through is moved from place to place.
    Box::pin(answer_once(state, id, request, next)).await.unwrap_or_else(IntoResponse::into_response)
}

/// True of a request for an operation that knows the header. Elsewhere it says nothing.
fn is_declared_of(request: &Request) -> bool {
    let path = request.extensions().get::<MatchedPath>();
    path.is_some_and(|path| declared::is_declared(request.method(), path.as_str()))
}

async fn answer_once(state: &AppState, id: &str, request: Request, next: Next) -> Result<Response, ApiError> {
    let (mut parts, body) = request.into_parts();
    // Nothing is read of a stranger's body. Whether the key may do what is asked, the operation says.
    let Reader(company_id) = Reader::from_request_parts(&mut parts, state).await?;
    let Some(key) = key_of(&parts.headers)? else {
        return Ok(next.run(Request::from_parts(parts, body)).await);
    };
    let body = arrive(body, body_limit(&parts), state).await?;
    let request = keyed_request(company_id, &key, &parts, &body);
    let asked_for = contact_of(&mut parts).await;
    parts.extensions.insert(request);
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;

    match response.extensions().get::<Pending>().cloned() {
        Some(refusal) if refusal.kind().is_some_and(idempotency::keeps) => {
            let hold = HoldContacts { company_id, named: refusal.contacts.clone(), asked_for };
            keep_refusal(state, request, hold, refusal.write(response, id)).await
        }
        _ => Ok(response),
    }
}

/// Stores a refusal as the answer to its request, unless that has one by now.
async fn keep_refusal(
    state: &AppState,
    request: KeyedRequest,
    hold: HoldContacts,
    refusal: Response,
) -> Result<Response, ApiError> {
    let refusal = replay::to_store(refusal, hold.named.clone()).map_err(ApiError::Internal)?;
    let refusal = Arc::new(refusal);
    let given = Arc::clone(&refusal);
    let answer = move |held| Ok(StoredAnswer { contacts: held, ..(*refusal).clone() });
    let quota = state.limits.idempotency_quota;
    match state.store.run_once(hold, Once { request, answer: Arc::new(answer), quota }).await {
        // A contact that it tells of is erased by now, and so it is not kept.
        Ok(_) | Err(StoreError::ContactNotFound) => replay::from_store(&given),
        Err(StoreError::Answered(earlier)) => replay::again(&earlier),
        Err(error) => Err(error.into()),
    }
}

/// Bytes of a body that its operation takes at most.
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

/// The contact that the path names, as the router read it for the operation.
async fn contact_of(parts: &mut Parts) -> Option<ContactId> {
    let parameters = RawPathParams::from_request_parts(parts, &()).await.ok()?;
    let (_, id) = parameters.iter().find(|(name, _)| *name == "contact_id")?;
    id.parse().ok()
}
