//! The API description as files: `/openapi.json` and `/openapi.yaml`.

use std::sync::Arc;

use axum::Router;
use url::Url;
use utoipa::openapi::{OpenApi, Server};

use super::static_file::{self, Contents};
use super::text;
use crate::{SharedState, paths};

/// Returns the routes of both files. The description names the public URL as the server, or the root of the URL that
/// the file was requested from.
pub(crate) fn routes(mut description: OpenApi, public_url: Option<&Url>) -> Router<SharedState> {
    let server = public_url.map_or("/", |url| url.as_str().trim_end_matches('/'));
    description.servers = Some(vec![Server::new(server)]);
    let description = Arc::new(description);
    let json = {
        let description = Arc::clone(&description);
        Contents::Written(Box::new(move || Ok(text::to_json(&description)?.into_bytes())))
    };
    let yaml = Contents::Written(Box::new(move || Ok(text::to_yaml(&description)?.into_bytes())));
    Router::new()
        .route(paths::OPENAPI_JSON, static_file::route("application/json", json))
        .route(paths::OPENAPI_YAML, static_file::route("application/yaml", yaml))
}
