//! The API description, as a page and as files.

use axum::Router;
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use url::Url;
use utoipa::openapi::{OpenApi, Server};
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::AppState;
use crate::error::ApiError;

/// `/docs`, `/openapi.json` and `/openapi.yaml`. The page's scripts and styles are inside the
/// program, and it loads nothing from elsewhere.
pub(crate) fn routes(mut description: OpenApi, public_url: Option<&Url>) -> Router<AppState> {
    if let Some(url) = public_url {
        description.servers = Some(vec![Server::new(url.as_str().trim_end_matches('/'))]);
    }
    let yaml = description.to_yaml().unwrap_or_else(|error| {
        tracing::error!(%error, "the API description cannot be written as YAML");
        String::new()
    });
    // Addresses are relative to the page, so that they are right below a path prefix too.
    let page = SwaggerUi::new("/docs").url("/openapi.json", description).config(
        Config::new(["../openapi.json"])
            .validator_url("none")
            .try_it_out_enabled(true)
            .persist_authorization(false),
    );
    Router::from(page)
        .layer(map_response(relative))
        .layer(map_response(missing))
        .route("/openapi.yaml", get(async || ([(CONTENT_TYPE, "application/yaml")], yaml)))
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
