//! Where the caller reaches the server.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header::HOST;
use axum::http::request::Parts;
use axum::http::uri::Authority;
use url::Url;

use crate::AppState;

/// What a whole URL in an answer begins with, before its path: the public URL that the server was
/// started with, else the host that the request names. Where it names none, nothing: what follows is
/// then relative to the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BaseUrl(pub(crate) String);

impl FromRequestParts<AppState> for BaseUrl {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        Ok(Self::of(state.public_url.as_ref(), parts))
    }
}

impl BaseUrl {
    fn of(public_url: Option<&Url>, parts: &Parts) -> Self {
        if let Some(url) = public_url {
            return Self(url.as_str().trim_end_matches('/').to_owned());
        }
        let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok());
        let host = host.and_then(|host| host.parse::<Authority>().ok());
        // Whoever brings TLS stands in front of the server, which the public URL tells of.
        Self(host.map(|host| format!("http://{host}")).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn base(public_url: Option<&str>, host: Option<&str>) -> String {
        let mut request = Request::builder();
        if let Some(host) = host {
            request = request.header(HOST, host);
        }
        let public_url = public_url.map(|url| url.parse().unwrap());
        BaseUrl::of(public_url.as_ref(), &request.body(()).unwrap().into_parts().0).0
    }

    #[test]
    fn the_public_url_counts_before_the_host() {
        let host = Some("127.0.0.1:8080");
        assert_eq!(base(Some("https://contacts.example.com"), host), "https://contacts.example.com");
        assert_eq!(base(Some("https://example.com/api/"), None), "https://example.com/api");
        assert_eq!(base(None, host), "http://127.0.0.1:8080");
        assert_eq!(base(None, Some("[::1]:8080")), "http://[::1]:8080");
    }

    #[test]
    fn a_host_that_is_none_is_left_out() {
        for host in [None, Some(""), Some("two words"), Some("a/b"), Some("<script>")] {
            assert_eq!(base(None, host), "", "{host:?}");
        }
    }
}
