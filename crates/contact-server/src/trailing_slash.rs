//! Adds the missing slash to the end of a path. Paths end in a slash (documented). A path without it gets the same
//! response, never a redirect (decided).

use axum::extract::Request;
use axum::http::Uri;

use crate::{operations, request_path};

/// Adds the missing slash to an API path, before the router sees it.
pub(crate) fn add<B>(mut request: Request<B>) -> Request<B> {
    if let Some(uri) = with_slash(request.uri()) {
        *request.uri_mut() = uri;
    }
    request
}

fn with_slash(uri: &Uri) -> Option<Uri> {
    let path = uri.path();
    if path.ends_with('/') || !operations::begins_like_an_operation(path) {
        return None;
    }
    request_path::replaced(uri, &format!("{path}/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_api_paths_get_a_trailing_slash() {
        for (sent, served) in [
            ("/contacts", "/contacts/"),
            ("/contacts?x=1", "/contacts/?x=1"),
            ("/contacts/7/threads", "/contacts/7/threads/"),
            ("/contacts/7/tags/vip", "/contacts/7/tags/vip/"),
            ("/tags", "/tags/"),
            ("/agents", "/agents/"),
            ("/agents/7", "/agents/7/"),
            ("/custom-fields/7", "/custom-fields/7/"),
            ("/api-keys", "/api-keys/"),
            ("/whoami", "/whoami/"),
        ] {
            assert_eq!(with_slash(&sent.parse().unwrap()).unwrap().to_string(), served);
        }
        for path in ["/contacts/", "/docs", "/openapi.json", "/healthz", "/contactsx", "/"] {
            assert_eq!(with_slash(&path.parse().unwrap()), None, "{path}");
        }
    }
}
