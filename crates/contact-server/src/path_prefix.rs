//! The path of the public URL, below which users reach the API: `/api` of `https://example.com/api`.
//!
//! A proxy may remove the prefix before it passes a request on, or leave it. The server accepts both.

use axum::extract::Request;
use url::Url;

use crate::{operations, paths, request_path};

/// The path of the public URL without its last slash; empty if it has none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PathPrefix {
    path: String,
    /// False if the prefix begins like a path of the server. A request may then have the prefix or not, so nothing is
    /// removed from it.
    is_removable: bool,
}

impl PathPrefix {
    /// Returns the path prefix of this URL.
    pub fn of(public_url: Option<&Url>) -> Self {
        let path = public_url.map(|url| url.path().trim_end_matches('/').to_owned()).unwrap_or_default();
        let first = paths::first_segment(&path);
        let is_served = operations::begins_like_an_operation(&path)
            || paths::BESIDE_THE_API.iter().any(|path| paths::first_segment(path) == first);
        Self { is_removable: first.is_some() && !is_served, path }
    }

    /// Returns the prefix as a path, without a slash at its end.
    pub(crate) fn as_str(&self) -> &str {
        &self.path
    }

    /// Removes the prefix from a request that a proxy passed on with it.
    pub(crate) fn remove<B>(&self, mut request: Request<B>) -> Request<B> {
        let uri = request.uri();
        if let Some(rest) = self.strip(uri.path())
            && let Some(uri) = request_path::replaced(uri, rest)
        {
            *request.uri_mut() = uri;
        }
        request
    }

    /// Returns the path after the prefix; `None` if there is nothing to remove.
    fn strip<'p>(&self, path: &'p str) -> Option<&'p str> {
        if !self.is_removable {
            return None;
        }
        match path.strip_prefix(&self.path)? {
            "" => Some("/"),
            rest => rest.starts_with('/').then_some(rest),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn served(public_url: &str, path: &str) -> String {
        let prefix = PathPrefix::of(Some(&public_url.parse().unwrap()));
        let request = Request::builder().uri(path).body(()).unwrap();
        prefix.remove(request).uri().to_string()
    }

    #[test]
    fn prefix_is_removed_if_present() {
        for url in ["https://example.com/api", "https://example.com/api/"] {
            assert_eq!(served(url, "/api/contacts/?tag=a"), "/contacts/?tag=a");
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
}
