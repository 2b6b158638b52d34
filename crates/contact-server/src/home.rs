//! `GET /`

use axum::extract::State;
use axum::http::header::{ACCEPT, LOCATION, VARY};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::SharedState;
use crate::error::ApiError;

/// Redirects a browser to the documentation. Any other client gets a 404.
pub(crate) async fn home(State(state): State<SharedState>, headers: HeaderMap) -> Response {
    let accepts = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    if !accepts.flat_map(|value| value.split(',')).any(is_html) {
        return ([(VARY, "Accept")], ApiError::UnknownPath).into_response();
    }
    let docs = match &state.public_url {
        Some(url) => format!("{}/docs/", url.as_str().trim_end_matches('/')),
        // The link is relative, because a proxy may serve this path as another one.
        None => "docs/".to_owned(),
    };
    (StatusCode::SEE_OTHER, [(VARY, "Accept".to_owned()), (LOCATION, docs)]).into_response()
}

/// Returns true for an entry of `Accept` that names HTML.
fn is_html(entry: &str) -> bool {
    let media_type = entry.split(';').next().unwrap_or_default().trim();
    media_type.eq_ignore_ascii_case("text/html")
}
