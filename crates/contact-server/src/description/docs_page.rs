//! The API description as a page.

use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, LOCATION, REFERRER_POLICY};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::error::ApiError;
use crate::{SharedState, paths};

/// What a browser lets the page load: its own scripts and styles, and requests to its own server, but no script or
/// style in the text of the page. No other site may show the page in a frame. The hash is that of a style in the
/// page's logo, and the pictures in the style sheet are `data:` URLs.
const CONTENT_SECURITY: &str = "default-src 'none'; script-src 'self'; \
    style-src 'self' 'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='; img-src 'self' data:; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Returns the routes below `/docs`. The page's scripts and styles are part of the program, and the page loads
/// nothing from other servers.
pub(crate) fn routes() -> Router<SharedState> {
    // The URLs are relative to the page, so that they are also right below a path prefix.
    let page = SwaggerUi::new(paths::DOCS).config(
        Config::new(["../openapi.json"])
            .validator_url("none")
            .try_it_out_enabled(true)
            .persist_authorization(false),
    );
    Router::from(page).layer(map_response(adapt))
}

/// Adapts a response of the page: it becomes the API's own 404 if the path is unknown, its redirect from `/docs` to
/// `/docs/` becomes relative, and its headers restrict what a browser lets the page do.
async fn adapt(page: Response) -> Response {
    let mut response = match page.status() {
        StatusCode::NOT_FOUND => ApiError::UnknownPath.into_response(),
        _ => page,
    };
    let headers = response.headers_mut();
    let relative = headers.get(LOCATION).and_then(|target| target.as_bytes().strip_prefix(b"/"));
    if let Some(Ok(relative)) = relative.map(HeaderValue::from_bytes) {
        headers.insert(LOCATION, relative);
    }
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_SECURITY));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}
