//! The API description as a page.

use axum::Router;
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::AppState;
use crate::error::ApiError;

/// Returns the routes below `/docs`. The page's scripts and styles are part of the program, and the page loads
/// nothing from other servers.
pub(crate) fn routes() -> Router<AppState> {
    // The URLs are relative to the page, so that they are also right below a path prefix.
    let page = SwaggerUi::new("/docs").config(
        Config::new(["../openapi.json"])
            .validator_url("none")
            .try_it_out_enabled(true)
            .persist_authorization(false),
    );
    Router::from(page).layer(map_response(relative)).layer(map_response(missing))
}

/// Makes the redirect from `/docs` to `/docs/` relative.
async fn relative(mut response: Response) -> Response {
    let target = response.headers().get(LOCATION).and_then(|location| location.to_str().ok());
    let relative = target.and_then(|target| HeaderValue::from_str(target.strip_prefix('/')?).ok());
    if let Some(relative) = relative {
        response.headers_mut().insert(LOCATION, relative);
    }
    response
}

/// What the page does not have is no path of the API either.
async fn missing(response: Response) -> Response {
    if response.status() == StatusCode::NOT_FOUND { ApiError::UnknownPath.into_response() } else { response }
}
