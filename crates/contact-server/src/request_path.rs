//! Replaces the path of a request.

use axum::http::Uri;

/// Returns the URI with another path and the same query; `None` if the result is not a valid URI.
pub(crate) fn replaced(uri: &Uri, path: &str) -> Option<Uri> {
    let with_query = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(with_query.parse().ok()?);
    Uri::from_parts(parts).ok()
}
