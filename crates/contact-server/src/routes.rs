//! Every path that the server takes, in one table.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::routing::get;
use axum::{Router, middleware};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use url::Url;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::ApiError;
use crate::{AppState, agents, contacts, docs_page, health, openapi, request_id, response_headers, serve};

/// The operations of the API, with their descriptions.
pub(crate) fn operations() -> OpenApiRouter<AppState> {
    let mut operations = OpenApiRouter::with_openapi(openapi::base())
        .routes(routes!(contacts::create::create_contact))
        .routes(routes!(contacts::get::get_contact, contacts::update::update_contact))
        .routes(routes!(contacts::set_active_agent::set_active_agent))
        .routes(routes!(contacts::record_thread::record_thread))
        .routes(routes!(agents::create::create_agent));
    response_headers::declare(operations.get_openapi_mut());
    operations
}

/// The whole server as a service. `public_url` is where its users reach it, for the addresses that
/// the documentation page shows.
pub fn app(state: AppState, public_url: Option<&Url>) -> Router {
    let (operations, description) = operations().split_for_parts();
    operations
        .merge(docs_page::routes(description, public_url))
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .fallback(async || ApiError::UnknownPath)
        .method_not_allowed_fallback(async || ApiError::MethodNotAllowed)
        .layer(middleware::from_fn_with_state(state.clone(), answer_in_time))
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
