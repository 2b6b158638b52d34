//! Builds the service that handles every request.

use axum::routing::get;
use axum::{Router, middleware};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;

use crate::description::{docs_page, document, files};
use crate::error::ApiError;
use crate::{SharedState, envelope, health, home, paths};

/// Returns the service that handles every request: the operations of the API, its description, the documentation page
/// and the health checks.
pub fn app(state: SharedState) -> Router {
    let (operations, description) = document::routes_with_description().split_for_parts();
    let envelope = ServiceBuilder::new()
        .layer(middleware::from_fn_with_state(state.clone(), envelope::handle))
        .layer(CatchPanicLayer::custom(envelope::panicked));
    operations
        .merge(docs_page::routes(description.clone()))
        .merge(files::routes(description, state.public_url.as_ref()))
        .route(paths::HOME, get(home::home))
        .route(paths::LIVENESS, get(health::is_live))
        .route(paths::READINESS, get(health::is_ready))
        .fallback(async || ApiError::UnknownPath)
        .method_not_allowed_fallback(async || ApiError::MethodNotAllowed)
        .layer(envelope)
        .with_state(state)
}
