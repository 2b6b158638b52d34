//! The API description as a page.

use axum::Router;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, LOCATION, REFERRER_POLICY};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use utoipa::openapi::OpenApi;

use super::static_file::{self, Contents};
use super::{samples, text};
use crate::{SharedState, paths};

/// The page, without the nonce of its style elements.
const PAGE: &str = include_str!("../../assets/docs/page.html");

/// What a browser lets the page load: its own scripts, the style elements that these create, and requests to its own
/// server. No other site may show the page in a frame. Style attributes are allowed, because Scalar writes them into
/// HTML that it inserts. A style attribute applies only to its own element, and the policy does not let it load
/// anything.
fn content_security(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; \
         style-src-attr 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'"
    )
}

/// Returns the routes of `/docs`. The program contains the page's scripts, and the page loads nothing from other
/// servers.
pub(crate) fn routes(description: OpenApi) -> Router<SharedState> {
    let below = |path: &str| format!("{}/{path}", paths::DOCS);
    let script = |contents| static_file::route("text/javascript; charset=utf-8", contents);
    let embedded = |script: &'static str| Contents::Written(Box::new(|| Ok(script.as_bytes().to_vec())));
    let scalar = Contents::Compressed(include_bytes!(concat!(env!("OUT_DIR"), "/scalar.js.gz")));
    let description = Contents::Written(Box::new(move || {
        Ok(serde_json::to_vec(&samples::with_samples(text::to_value(&description)?)?)?)
    }));
    Router::new()
        // The target is relative, so that it is also right below a path prefix.
        .route(paths::DOCS, get(async || (StatusCode::SEE_OTHER, [(LOCATION, "docs/")])))
        .route(&below(""), get(page))
        .route(&below("nonce.js"), script(embedded(include_str!("../../assets/docs/nonce.js"))))
        .route(&below("scalar.js"), script(scalar))
        .route(&below("reference.js"), script(embedded(include_str!("../../assets/docs/reference.js"))))
        .route(&below("openapi.json"), static_file::route("application/json", description))
}

/// Returns the page with a new nonce.
async fn page() -> Response {
    let nonce = BASE64_STANDARD.encode(rand::random::<[u8; 16]>());
    let headers = [
        (CONTENT_SECURITY_POLICY, content_security(&nonce)),
        (REFERRER_POLICY, "no-referrer".to_owned()),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, Html(PAGE.replace("{nonce}", &nonce))).into_response()
}
