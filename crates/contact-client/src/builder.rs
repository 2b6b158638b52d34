//! Making a client.

use std::fmt;
use std::time::Duration;

use contact_model::limits;
use reqwest::header::HeaderValue;
use url::Url;

use crate::Client;
use crate::client::Inner;
use crate::retry::Limits;

/// The default of [`ClientBuilder::max_response_bytes`]: what a batch may show of contacts, and half as much for all else that
/// it responds with.
const MAX_RESPONSE: usize = limits::RESPONSE / 2 * 3;

/// What a client is made of. Every limit has a default.
#[derive(Clone)]
#[must_use = "a builder makes a client by `build`"]
pub struct ClientBuilder {
    base_url: String,
    api_key: String,
    user_agent: Option<String>,
    connect_timeout: Duration,
    max_response_bytes: usize,
    limits: Limits,
    http: Option<reqwest::Client>,
}

/// Why a client cannot be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The URL of the API cannot be read.
    #[error("`{url}` is no URL of the API")]
    Url {
        /// What was given, without what may be secret: a user's name and password, a query, a fragment.
        url: String,
        /// What is wrong with it.
        #[source]
        error: url::ParseError,
    },
    /// The URL of the API is none of a web server, or says more than where the API is: what was given, without
    /// what may be secret.
    #[error("`{0}` is no URL of the API: use http or https, a host and, where there is one, a path")]
    NoApi(String),
    /// No header can carry the API key.
    #[error("the API key holds a character that no header can carry")]
    ApiKey,
    /// No header can carry the name of the program.
    #[error("the user agent holds a character that no header can carry")]
    UserAgent,
    /// The HTTP client cannot be made.
    #[error("the HTTP client cannot be made")]
    Http(#[source] reqwest::Error),
}

impl Client {
    /// Makes a client for the API at a URL, such as `https://contacts.example.com`.
    pub fn builder(base_url: impl Into<String>, api_key: impl Into<String>) -> ClientBuilder {
        ClientBuilder::new(base_url.into(), api_key.into())
    }
}

impl ClientBuilder {
    fn new(base_url: String, api_key: String) -> Self {
        Self {
            base_url,
            api_key,
            user_agent: None,
            connect_timeout: Duration::from_secs(5),
            max_response_bytes: MAX_RESPONSE,
            limits: Limits {
                timeout: Duration::from_secs(30),
                total_timeout: Duration::from_secs(60),
                retries: 4,
                first_pause: Duration::from_millis(100),
            },
            http: None,
        }
    }

    /// How long one attempt may take, from the connection to the end of the answer: 30 seconds unless said
    /// otherwise. An attempt that takes longer is not repeated.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.limits.timeout = timeout;
        self
    }

    /// How long a call may take with all its attempts and the pauses between them: 60 seconds unless said
    /// otherwise. A further attempt that would have less than a quarter of a second is not begun.
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.limits.total_timeout = timeout;
        self
    }

    /// How long making a connection may take: 5 seconds unless said otherwise. A custom HTTP client has its
    /// own limit.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long a response may be, in bytes: 96 MiB unless said otherwise, and the longest that the API gives is a batch
    /// that shows 64 MiB of contacts. A longer one is [`Error::TooLarge`](crate::Error::TooLarge), and the rest of it is
    /// not read. If a custom HTTP client decompresses responses, what comes out of it counts. Of a response that reports
    /// an error, 4 MiB are read at most.
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.max_response_bytes = bytes;
        self
    }

    /// How many attempts there may be after the first: 4 unless said otherwise; 0 for none.
    pub fn retries(mut self, retries: usize) -> Self {
        self.limits.retries = retries;
        self
    }

    /// How long the pause before the second attempt is at least: 100 milliseconds unless said otherwise.
    /// Each further one is twice as long, up to 10 seconds, and chance adds up to as much again; all of it on
    /// top of what the server asks to wait.
    pub fn first_pause(mut self, pause: Duration) -> Self {
        self.limits.first_pause = pause;
        self
    }

    /// What the program calls itself in the header `User-Agent`; `contact-client/` and the version unless
    /// said otherwise. A custom HTTP client keeps its own, unless it is said here.
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        self.user_agent = Some(name.into());
        self
    }

    /// Sends by a custom HTTP client, with its own proxy, certificates, connections and redirects. The API redirects no one.
    pub fn http_client(mut self, http: reqwest::Client) -> Self {
        self.http = Some(http);
        self
    }

    /// Makes the client. Nothing is sent yet.
    ///
    /// # Errors
    /// The URL, the key or the user agent cannot be used, or the system has no certificates.
    pub fn build(self) -> Result<Client, BuildError> {
        let Self { base_url, api_key, user_agent, connect_timeout, max_response_bytes, limits, http } = self;
        let base_url = read_base_url(&base_url)?;
        let mut api_key = HeaderValue::try_from(api_key).map_err(|_| BuildError::ApiKey)?;
        api_key.set_sensitive(true);
        let own = http.is_none().then(|| concat!("contact-client/", env!("CARGO_PKG_VERSION")).to_owned());
        let user_agent = user_agent.or(own).map(HeaderValue::try_from).transpose();
        let user_agent = user_agent.map_err(|_| BuildError::UserAgent)?;
        let http = match http {
            Some(http) => http,
            None => reqwest::Client::builder()
                .connect_timeout(connect_timeout)
                // The API redirects no one, and the key is for no other place.
                .redirect(reqwest::redirect::Policy::none())
                .build()
                .map_err(BuildError::Http)?,
        };
        Ok(Client::of(Inner { base_url, api_key, user_agent, max_response_bytes, limits, http }))
    }
}

fn read_base_url(text: &str) -> Result<Url, BuildError> {
    let url = Url::parse(text).map_err(|error| BuildError::Url { url: without_secrets(text), error })?;
    let is_web = matches!(url.scheme(), "http" | "https") && url.has_host();
    // Neither a password nor anything else that would be lost or logged by mistake.
    let is_place = url.query().is_none() && url.fragment().is_none() && url.password().is_none();
    let is_place = is_place && url.username().is_empty();
    if is_web && is_place { Ok(url) } else { Err(BuildError::NoApi(without_secrets(text))) }
}

/// A URL for errors and logs, readable or not: `…` stands for a user's name and password, and for a query or
/// a fragment.
fn without_secrets(text: &str) -> String {
    let is_scheme = |scheme: &str| scheme.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let scheme = text.split_once("://").map(|(scheme, _)| scheme).filter(|scheme| is_scheme(scheme));
    let begin = scheme.map_or(0, |scheme| scheme.len() + "://".len());
    let (scheme, rest) = text.split_at(begin);
    let (place, more) = rest.split_at(rest.find(['?', '#']).unwrap_or(rest.len()));
    // A password may hold all of these characters, so what is before the last `@` may be one.
    if more.contains('@') {
        return format!("{scheme}…");
    }
    let (user, place) = place.rsplit_once('@').map_or(("", place), |(_, place)| ("…@", place));
    let end = more.chars().next().map(|mark| format!("{mark}…")).unwrap_or_default();
    format!("{scheme}{user}{place}{end}")
}

/// Without the key, and without what may be secret in the URL.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("base_url", &without_secrets(&self.base_url))
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
    fn the_key_shows_itself_nowhere() {
        let builder = Client::builder("https://example.com", "ctk_secret");
        let shown = format!("{builder:?} {:?}", builder.clone().build().unwrap());
        assert!(!shown.contains("secret") && shown.contains("https://example.com/"), "{shown}");
    }

    #[test]
    fn what_may_be_secret_in_a_url_shows_itself_nowhere() {
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
    fn a_url_says_where_the_api_is_and_no_more() {
        for url in ["http://127.0.0.1:8080", "https://example.com/", "https://example.com/api/v1"] {
            assert!(Client::builder(url, "key").build().is_ok(), "{url}");
        }
        for url in ["", "example.com", "/contacts", "http://"] {
            assert!(matches!(Client::builder(url, "key").build(), Err(BuildError::Url { .. })), "{url}");
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
            assert!(matches!(Client::builder(url, "key").build(), Err(BuildError::NoApi(_))), "{url}");
        }
    }

    #[test]
    fn what_no_header_can_carry_is_refused() {
        let client = Client::builder("https://example.com", "a\nb").build();
        assert!(matches!(client, Err(BuildError::ApiKey)));
        let client = Client::builder("https://example.com", "key").user_agent("a\nb").build();
        assert!(matches!(client, Err(BuildError::UserAgent)));
    }
}
