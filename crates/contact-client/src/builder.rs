//! Creates clients.

use std::fmt;
use std::time::Duration;

use contact_model::limits;
use reqwest::header::HeaderValue;
use url::Url;

use crate::Client;
use crate::client::Inner;
use crate::retry::Limits;

/// The default of [`ClientBuilder::max_response_bytes`]: the contacts that a batch may return, and half as much for the rest
/// of its response.
const MAX_RESPONSE: usize = limits::RESPONSE / 2 * 3;

/// Configures a [`Client`]. Every option has a default.
///
/// ```
/// use std::time::Duration;
///
/// use contact_client::Client;
///
/// let client = Client::builder("https://contacts.example.com", "ctk_example")
///     .timeout(Duration::from_secs(10))
///     .max_retries(2)
///     .user_agent("importer/1.0")
///     .build()?;
/// # Ok::<(), contact_client::BuildError>(())
/// ```
#[derive(Clone)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder {
    base_url: String,
    api_key: String,
    user_agent: Option<String>,
    connect_timeout: Duration,
    max_response_bytes: usize,
    limits: Limits,
    http: Option<reqwest::Client>,
}

/// The reason why a client cannot be created.
///
/// The URLs in it contain `…` instead of a user's name, a password, a query and a fragment, which may be secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The URL cannot be parsed.
    #[error("`{url}` is not a URL")]
    InvalidUrl {
        /// The URL.
        url: String,
        /// What is wrong with it.
        #[source]
        error: url::ParseError,
    },
    /// The URL has another scheme than `http` and `https`, or has a user, a password, a query or a fragment.
    #[error("`{0}` is not the URL of an API: use http or https, a host and, if needed, a path")]
    UnsupportedUrl(String),
    /// The API key contains a character that a header cannot contain.
    #[error("the API key contains a character that a header cannot contain")]
    InvalidApiKey,
    /// The user agent contains a character that a header cannot contain.
    #[error("the user agent contains a character that a header cannot contain")]
    InvalidUserAgent,
    /// The HTTP client cannot be created.
    #[error("the HTTP client cannot be created")]
    HttpClient(#[source] reqwest::Error),
}

impl Client {
    /// Configures a client for the API at a URL such as `https://contacts.example.com`. If the API is below a path, the
    /// URL contains the path.
    pub fn builder(base_url: impl Into<String>, api_key: impl Into<String>) -> ClientBuilder {
        ClientBuilder {
            base_url: base_url.into(),
            api_key: api_key.into(),
            user_agent: None,
            connect_timeout: Duration::from_secs(5),
            max_response_bytes: MAX_RESPONSE,
            limits: Limits {
                timeout: Duration::from_secs(30),
                total_timeout: Duration::from_secs(60),
                max_retries: 4,
                initial_backoff: Duration::from_millis(100),
            },
            http: None,
        }
    }
}

impl ClientBuilder {
    /// Sets the time limit of one attempt, from opening the connection to the end of the response: by default 30
    /// seconds. An attempt that takes longer is not repeated.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.limits.timeout = timeout;
        self
    }

    /// Sets the time limit of a call, with all attempts and the pauses between them: by default 60 seconds. An attempt
    /// that would have less than a quarter of a second is not started.
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.limits.total_timeout = timeout;
        self
    }

    /// Sets the time limit for opening a connection: by default 5 seconds. It has no effect on a custom HTTP client.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sets how many bytes the body of a response may have: by default 96 MiB. The longest response of the API is a
    /// batch that returns 64 MiB of contacts.
    ///
    /// A longer response is not read to its end, and is [`Error::TooLarge`](crate::Error::TooLarge). If a custom HTTP
    /// client decompresses responses, the decompressed bytes count. Of a response that reports an error, at most 4 MiB
    /// are read.
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.max_response_bytes = bytes;
        self
    }

    /// Sets how many attempts a call makes after the first: by default 4. With 0, a call is never retried.
    pub fn max_retries(mut self, retries: usize) -> Self {
        self.limits.max_retries = retries;
        self
    }

    /// Sets the shortest pause before the second attempt: by default 100 milliseconds.
    ///
    /// Each further pause is twice as long, up to 10 seconds. Jitter adds up to as much again. All of it is added to
    /// the time that the server asks for in `Retry-After`.
    pub fn initial_backoff(mut self, pause: Duration) -> Self {
        self.limits.initial_backoff = pause;
        self
    }

    /// Sets the header `User-Agent`: by default `contact-client/` and the version. A custom HTTP client uses its own
    /// unless this is set.
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        self.user_agent = Some(name.into());
        self
    }

    /// Uses a custom HTTP client, with its own proxy, certificates, connection limits and redirects. The API never
    /// redirects, and the default client follows no redirects, so that the API key is sent to no other server.
    pub fn http_client(mut self, http: reqwest::Client) -> Self {
        self.http = Some(http);
        self
    }

    /// Creates the client. Nothing is sent yet.
    ///
    /// # Errors
    /// Returns an error if the URL, the API key or the user agent is invalid, or if the HTTP client cannot be created,
    /// for example because the system has no certificates.
    pub fn build(self) -> Result<Client, BuildError> {
        let Self { base_url, api_key, user_agent, connect_timeout, max_response_bytes, limits, http } = self;
        let base_url = parse_base_url(&base_url)?;
        let mut api_key = HeaderValue::try_from(api_key).map_err(|_| BuildError::InvalidApiKey)?;
        api_key.set_sensitive(true);
        let default =
            http.is_none().then(|| concat!("contact-client/", env!("CARGO_PKG_VERSION")).to_owned());
        let user_agent = user_agent.or(default).map(HeaderValue::try_from).transpose();
        let user_agent = user_agent.map_err(|_| BuildError::InvalidUserAgent)?;
        let http = match http {
            Some(http) => http,
            None => reqwest::Client::builder()
                .connect_timeout(connect_timeout)
                .redirect(reqwest::redirect::Policy::none())
                .build()
                .map_err(BuildError::HttpClient)?,
        };
        Ok(Client::new(Inner {
            base_url,
            api_key,
            user_agent,
            operation_id: None,
            max_response_bytes,
            limits,
            http,
        }))
    }
}

fn parse_base_url(text: &str) -> Result<Url, BuildError> {
    let url = Url::parse(text).map_err(|error| BuildError::InvalidUrl { url: redacted(text), error })?;
    let is_web = matches!(url.scheme(), "http" | "https") && url.has_host();
    // All of these would be lost when a request's URL is built.
    let has_more = url.query().is_some() || url.fragment().is_some() || url.password().is_some();
    let has_more = has_more || !url.username().is_empty();
    if is_web && !has_more { Ok(url) } else { Err(BuildError::UnsupportedUrl(redacted(text))) }
}

/// Returns a URL for errors and logs, whether it is valid or not, with `…` instead of a user's name, a password, a query
/// and a fragment.
fn redacted(text: &str) -> String {
    let is_scheme = |scheme: &str| scheme.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let scheme = text.split_once("://").map(|(scheme, _)| scheme).filter(|scheme| is_scheme(scheme));
    let begin = scheme.map_or(0, |scheme| scheme.len() + "://".len());
    let (scheme, rest) = text.split_at(begin);
    let (place, more) = rest.split_at(rest.find(['?', '#']).unwrap_or(rest.len()));
    // In an invalid URL, a password may contain any of these characters, so everything before the last `@` may be one.
    if more.contains('@') {
        return format!("{scheme}…");
    }
    let (user, place) = place.rsplit_once('@').map_or(("", place), |(_, place)| ("…@", place));
    let end = more.chars().next().map(|mark| format!("{mark}…")).unwrap_or_default();
    format!("{scheme}{user}{place}{end}")
}

/// Contains neither the API key nor the parts of the URL that may be secret.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("base_url", &redacted(&self.base_url))
            .field("api_key", &"…")
            .field("user_agent", &self.user_agent)
            .field("connect_timeout", &self.connect_timeout)
            .field("max_response_bytes", &self.max_response_bytes)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_does_not_contain_the_api_key() {
        let builder = Client::builder("https://example.com", "ctk_secret");
        let shown = format!("{builder:?} {:?}", builder.clone().build().unwrap());
        assert!(!shown.contains("secret") && shown.contains("https://example.com/"), "{shown}");
    }

    #[test]
    fn errors_and_debug_do_not_contain_secret_parts_of_the_url() {
        for (url, shown) in [
            ("https://jane:secret@example.com/api", "https://…@example.com/api"),
            ("https://secret@example.com", "https://…@example.com"),
            ("https://jane:sec/secret@example.com", "https://…@example.com"),
            ("https://jane:sec?secret@example.com", "https://…"),
            ("https://jane:sec#secret@example.com", "https://…"),
            ("jane:secret@example.com", "…@example.com"),
            ("https:jane:secret@example.com", "…@example.com"),
            ("jane:secret://secret@example.com", "…@example.com"),
            ("https://example.com/?key=secret", "https://example.com/?…"),
            ("https://example.com/#secret", "https://example.com/#…"),
            ("ftp://example.com", "ftp://example.com"),
            ("example.com", "example.com"),
        ] {
            let builder = Client::builder(url, "key");
            let debug = format!("{builder:?}");
            let error = builder.build().unwrap_err();
            assert!(error.to_string().contains(&format!("`{shown}`")), "{url}: {error}");
            let all = format!("{debug} {error} {error:?}");
            assert!(!all.contains("secret") && !all.contains("jane"), "{url}: {all}");
        }
    }

    #[test]
    fn only_plain_web_urls_are_accepted() {
        for url in ["http://127.0.0.1:8080", "https://example.com/", "https://example.com/api/v1"] {
            assert!(Client::builder(url, "key").build().is_ok(), "{url}");
        }
        for url in ["", "example.com", "/contacts", "http://"] {
            assert!(
                matches!(Client::builder(url, "key").build(), Err(BuildError::InvalidUrl { .. })),
                "{url}"
            );
        }
        for url in [
            "ftp://example.com",
            "mailto:a@b.c",
            "file:///etc",
            "https://example.com?key=1",
            "https://example.com/#top",
            "https://jane@example.com",
            "https://jane:secret@example.com",
        ] {
            assert!(
                matches!(Client::builder(url, "key").build(), Err(BuildError::UnsupportedUrl(_))),
                "{url}"
            );
        }
    }

    #[test]
    fn characters_that_headers_cannot_contain_are_refused() {
        let client = Client::builder("https://example.com", "a\nb").build();
        assert!(matches!(client, Err(BuildError::InvalidApiKey)));
        let client = Client::builder("https://example.com", "key").user_agent("a\nb").build();
        assert!(matches!(client, Err(BuildError::InvalidUserAgent)));
    }
}
