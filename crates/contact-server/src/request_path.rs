//! The path of a request as the router gets it: without the prefix of the public URL, and with a slash at its end.
//!
//! Paths of the API end in a slash (documented). A path without it gets the same response, never a redirect (decided).

use axum::extract::Request;
use axum::http::Uri;

use crate::operations;
use crate::path_prefix::PathPrefix;

/// Removes the prefix from a request that a proxy passed on with it, and adds a missing slash to the end of an API
/// path.
pub(crate) fn normalize<B>(mut request: Request<B>, prefix: &PathPrefix) -> Request<B> {
    if let Some(uri) = normalized(request.uri(), prefix) {
        *request.uri_mut() = uri;
    }
    request
}

/// Returns the URI with the path that the router gets; `None` if it has this path already.
fn normalized(uri: &Uri, prefix: &PathPrefix) -> Option<Uri> {
    let path = prefix.strip(uri.path()).unwrap_or(uri.path());
    let needs_slash = !path.ends_with('/') && operations::begins_like_an_operation(path);
    if path == uri.path() && !needs_slash {
        return None;
    }
    let slash = if needs_slash { "/" } else { "" };
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(format!("{path}{slash}{query}").parse().ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn served(public_url: &str, path: &str) -> String {
        let prefix = PathPrefix::of(Some(&public_url.parse().unwrap()));
        let request = Request::builder().uri(path).body(()).unwrap();
        normalize(request, &prefix).uri().to_string()
    }

    #[test]
    fn prefix_is_removed_if_present() {
        for url in ["https://example.com/api", "https://example.com/api/"] {
            assert_eq!(served(url, "/api/contacts/?tag=a"), "/contacts/?tag=a");
            assert_eq!(served(url, "/api/contacts?tag=a"), "/contacts/?tag=a");
            assert_eq!(served(url, "/api"), "/");
            assert_eq!(served(url, "/api/"), "/");
            assert_eq!(served(url, "/contacts/?tag=a"), "/contacts/?tag=a");
            assert_eq!(served(url, "/apis/"), "/apis/");
        }
        assert_eq!(served("https://example.com/a/b", "/a/b/docs"), "/docs");
        assert_eq!(served("https://example.com", "/contacts/"), "/contacts/");
    }

    #[test]
    fn prefix_that_is_also_a_path_of_the_server_is_kept() {
        assert_eq!(served("https://example.com/contacts", "/contacts/"), "/contacts/");
        assert_eq!(served("https://example.com/contacts/api", "/contacts/api/"), "/contacts/api/");
    }

    #[test]
    fn only_api_paths_get_a_trailing_slash() {
        let normalized = |path: &str| normalized(&path.parse().unwrap(), &PathPrefix::default());
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
            assert_eq!(normalized(sent).unwrap().to_string(), served);
        }
        for path in ["/contacts/", "/docs", "/openapi.json", "/healthz", "/contactsx", "/"] {
            assert_eq!(normalized(path), None, "{path}");
        }
    }
}
