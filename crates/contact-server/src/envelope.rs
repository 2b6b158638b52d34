//! Wraps every request with an id, a time limit, the logs of failures and accesses, and the headers that every response
//! has. Also discards the unread rest of the body. One layer does all of this, because each layer adds a cost to every
//! request. Only panics are caught by another layer, inside this one.

use std::any::Any;

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, ETAG, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tracing::{Instrument, Span};

use crate::access_log::{self, AccessLog};
use crate::error::{ApiError, PendingProblem};
use crate::idempotency::{self, middleware};
use crate::rate_limits::AppliedRateLimit;
use crate::request_id::{self, RequestId, X_REQUEST_ID};
use crate::response_budget;
use crate::{SharedState, message_rules, request_body};
use contact_store::Cause;

/// Handles a request and returns its response.
pub(crate) async fn handle(State(state): State<SharedState>, mut request: Request, next: Next) -> Response {
    let access_log = AccessLog::begin(&mut request);
    let id = request_id::from_headers(request.headers());
    let method = access_log::method_name(request.method());
    let route = request.extensions().get::<MatchedPath>().cloned();
    // A path may contain a tag, so what is logged names the route.
    let route = route.as_ref().map_or(access_log::NO_ROUTE, MatchedPath::as_str);
    // This span is for events that are logged while the request runs. It has the debug level, because a span costs
    // time even if nothing is logged in it.
    let span = tracing::debug_span!("request", id, %method, route);
    let authorization = request.headers().get(AUTHORIZATION).cloned();
    let is_read = request.method().is_safe();
    if !is_read {
        request.extensions_mut().insert(RequestId(id.clone()));
    }
    let rate_limit = AppliedRateLimit::default();
    request.extensions_mut().insert(rate_limit.clone());
    let handled = request_body::handle_and_drain(request, &state.limits, async |request| {
        if let Err(malformed) = message_rules::check(&request) {
            return malformed.into_response();
        }
        middleware::handle(&state, &id, request, next).await
    });
    let response =
        if span.is_disabled() { handled.await } else { Box::pin(handled.instrument(span.clone())).await };

    let cause = response.extensions().get::<PendingProblem>().and_then(|problem| problem.cause.clone());
    let mut response = write_problem(response, &id, state.base_url());
    if response_budget::is_charged(&response) {
        let wrote = !is_read && response.status().is_success() && !idempotency::is_replayed(&response);
        let charge = response_budget::charge(&state, authorization.as_ref(), wrote, response);
        response = Box::pin(charge)
            .await
            .unwrap_or_else(|refusal| write_problem(refusal.into_response(), &id, state.base_url()));
    }
    if let Some(line) = access_log {
        line.end(method, route, response.status(), &id);
    }
    log(response.status(), cause.as_ref(), &id, method, route, span);
    rate_limit.add_headers(response.headers_mut());
    add_headers(response, id)
}

/// Finishes a response to a request that no handler processes: writes its problem and adds the headers.
pub(crate) fn finish(response: Response, id: String) -> Response {
    add_headers(write_problem(response, &id, ""), id)
}

/// Writes the body of a response that has a problem. Returns any other response unchanged.
fn write_problem(mut response: Response, id: &str, base_url: &str) -> Response {
    match response.extensions_mut().remove::<PendingProblem>() {
        Some(problem) => problem.write(response, id, base_url),
        None => response,
    }
}

/// Adds the headers that every response has.
fn add_headers(mut response: Response, id: String) -> Response {
    let headers = response.headers_mut();
    headers.entry(X_CONTENT_TYPE_OPTIONS).or_insert(HeaderValue::from_static("nosniff"));
    // A client may cache a response that has an entity tag, but must revalidate it before each use.
    let cached = if headers.contains_key(ETAG) { "private, no-cache" } else { "no-store" };
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static(cached));
    if let Ok(id) = HeaderValue::try_from(id) {
        headers.insert(X_REQUEST_ID, id);
    }
    response
}

fn log(status: StatusCode, cause: Option<&Cause>, id: &str, method: &str, route: &str, span: Span) {
    let (failed, status) = (status.is_server_error(), status.as_u16());
    if !failed {
        span.in_scope(|| tracing::debug!(status, "request completed"));
        return;
    }
    let span = match span.is_disabled() {
        true => tracing::error_span!("request", id, %method, route),
        false => span,
    };
    span.in_scope(|| match cause {
        Some(cause) => tracing::error!(status, error = &**cause as &dyn std::error::Error, "request failed"),
        None => tracing::warn!(status, "request failed"),
    });
}

/// Returns the response to a request whose handler panicked. The hook in `telemetry` logs the panic. Its message is
/// not logged here, because it may contain a contact's data.
pub(crate) fn panicked(_panic: Box<dyn Any + Send>) -> Response {
    ApiError::internal("a handler panicked").into_response()
}
