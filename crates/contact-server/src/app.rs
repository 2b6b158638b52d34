//! The whole server as a service.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::routing::get;
use axum::{Router, middleware};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use url::Url;

use crate::error::ApiError;
use crate::{AppState, docs_page, health, openapi, request_id, serve, unread_body};

/// The whole server as a service. `public_url` is where its users reach it, for the addresses that
/// the documentation page shows.
pub fn app(state: AppState, public_url: Option<&Url>) -> Router {
    let (operations, description) = openapi::operations().split_for_parts();
    operations
        .merge(docs_page::routes(description, public_url))
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .fallback(async || ApiError::UnknownPath)
        .method_not_allowed_fallback(async || ApiError::MethodNotAllowed)
        .layer(middleware::from_fn_with_state(state.clone(), answer_in_time))
        .layer(middleware::from_fn_with_state(state.clone(), unread_body::read_past))
        .layer(CatchPanicLayer::custom(serve::panicked))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .layer(middleware::from_fn(request_id::carry))
        .with_state(state)
}

async fn answer_in_time(
    State(state): State<AppState>,
    request: axum::extract::Request,
    next: middleware::Next,
) -> Result<axum::response::Response, ApiError> {
    // The body has a time of its own to arrive in.
    let limit = state.limits.arrival + state.limits.answer;
    tokio::time::timeout(limit, next.run(request)).await.map_err(|_| ApiError::NoAnswerInTime)
}
