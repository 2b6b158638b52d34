//! The path of the public URL, below which users reach the API: `/api` of `https://example.com/api`.
//!
//! A proxy may remove the prefix before it passes a request on, or leave it. The server accepts both.

use url::Url;

use crate::{operations, paths};

/// The path of the public URL without its last slash; empty if it has none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PathPrefix {
    pub(crate) path: String,
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
            || paths::OUTSIDE_THE_API.iter().any(|path| paths::first_segment(path) == first);
        Self { is_removable: first.is_some() && !is_served, path }
    }

    /// Returns the path after the prefix; `None` if there is nothing to remove.
    pub(crate) fn strip<'p>(&self, path: &'p str) -> Option<&'p str> {
        if !self.is_removable {
            return None;
        }
        match path.strip_prefix(&self.path)? {
            "" => Some("/"),
            rest => rest.starts_with('/').then_some(rest),
        }
    }
}
