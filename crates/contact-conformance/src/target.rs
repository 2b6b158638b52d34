//! The server under test, and the keys that are sent to it.

use std::error::Error as _;
use std::fmt;
use std::fmt::Write as _;
use std::time::Duration;

use reqwest::Method;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION};
use url::Url;

use crate::mismatch::{Mismatch, cut};
use crate::response::Response;

/// The time limit of a request, including its response.
const TIMEOUT: Duration = Duration::from_secs(30);
/// The maximum size of a body. No case requests nearly as much.
const LONGEST: usize = 32 * 1024 * 1024;

/// The server under test and the keys.
pub(crate) struct Target {
    base: Url,
    keys: Keys,
    http: reqwest::Client,
}

/// The keys, by their names in the cases.
struct Keys {
    key: String,
    unknown_key: String,
    other_key: Option<String>,
}

/// A request of a case.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: Method,
    /// The path with its query, or a URL of the server.
    pub(crate) path: String,
    /// The value of the header, with the name of a key instead of the key, so that reports contain no keys.
    pub(crate) authorization: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<String>,
}

/// Why a server cannot be called.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InvalidTarget {
    #[error("`{0}` is not the address of a server: use http or https, a host and an optional path")]
    Url(String),
    #[error("an API key is empty or contains a character that is not allowed in a header")]
    Key,
    #[error("the HTTP client cannot be created: {0}")]
    Http(reqwest::Error),
}

impl Target {
    pub(crate) fn new(
        url: &str,
        api_key: &str,
        other_api_key: Option<&str>,
        user_agent: &str,
    ) -> Result<Self, InvalidTarget> {
        let base = Url::parse(url).ok().filter(|url| {
            let is_plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
            matches!(url.scheme(), "http" | "https") && url.has_host() && is_plain && url.password().is_none()
        });
        let base = base.ok_or_else(|| InvalidTarget::Url(url.to_owned()))?;
        for key in [api_key].into_iter().chain(other_api_key) {
            if key.is_empty() || HeaderValue::try_from(key).is_err() {
                return Err(InvalidTarget::Key);
            }
        }
        let keys = Keys {
            key: api_key.to_owned(),
            unknown_key: unknown_key(api_key),
            other_key: other_api_key.map(str::to_owned),
        };
        let http = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .user_agent(user_agent)
            // A redirect is a response like any other, and the key must not be sent to another server.
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(InvalidTarget::Http)?;
        Ok(Self { base, keys, http })
    }

    pub(crate) fn has_other_key(&self) -> bool {
        self.keys.other_key.is_some()
    }

    /// Sends a request and reads the response.
    ///
    /// # Errors
    /// There was no complete response, or the request is invalid.
    pub(crate) async fn send(&self, request: &Request) -> Result<Response, String> {
        let url = self.url(&request.path)?;
        let mut sent = self.http.request(request.method.clone(), url).headers(self.headers(request)?);
        if let Some(body) = &request.body {
            sent = sent.body(body.clone());
        }
        let response = sent.send().await.map_err(|error| cause(&error))?;
        let header = |(name, value): (&HeaderName, &HeaderValue)| {
            let value = String::from_utf8_lossy(value.as_bytes());
            // The cases contain paths without the prefix of the server.
            let value = if name == LOCATION { self.without_prefix(&value) } else { &value };
            (name.as_str().to_owned(), value.to_owned())
        };
        let headers = response.headers().iter().map(header).collect();
        let status = response.status().as_u16();
        let text = read(response).await?;
        Ok(Response { status, headers, text })
    }

    /// Returns the URL of a path, which may have the path prefix of the server.
    fn url(&self, path: &str) -> Result<Url, String> {
        let url = if path.contains("://") {
            Url::parse(path)
        } else {
            let base = self.base.as_str().trim_end_matches('/');
            Url::parse(&format!("{base}{}", self.without_prefix(path)))
        };
        let url = url.map_err(|error| format!("`{path}` is not a path: {error}"))?;
        if url.origin() != self.base.origin() {
            return Err(format!("`{path}` is on another server, so nothing was sent"));
        }
        Ok(url)
    }

    /// Removes the path prefix of the server from a path.
    fn without_prefix<'p>(&self, path: &'p str) -> &'p str {
        // `/api` is a prefix of `/api/contacts/` and not of `/api-keys/`.
        match path.strip_prefix(self.base.path().trim_end_matches('/')) {
            Some(rest) if rest.is_empty() || rest.starts_with(['/', '?']) => rest,
            _ => path,
        }
    }

    fn headers(&self, request: &Request) -> Result<HeaderMap, String> {
        let mut headers = HeaderMap::new();
        if request.authorization != "none" {
            let mut value = request.authorization.clone();
            let other_key = self.keys.other_key.as_deref().unwrap_or_default();
            for (name, key) in [
                ("{key}", self.keys.key.as_str()),
                ("{unknown_key}", self.keys.unknown_key.as_str()),
                ("{other_key}", other_key),
            ] {
                value = value.replace(name, key);
            }
            let mut value = HeaderValue::try_from(value).map_err(|error| error.to_string())?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        if request.body.is_some() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        for (name, value) in &request.headers {
            let name = HeaderName::try_from(name).map_err(|error| error.to_string())?;
            match value.as_str() {
                // Only the content type is sent by default.
                "none" => headers.remove(&name),
                value => {
                    headers.insert(name, HeaderValue::try_from(value).map_err(|error| error.to_string())?)
                }
            };
        }
        Ok(headers)
    }

    /// Removes the keys from a text. The text must be complete, because a part of a key is not recognised.
    fn redacted(&self, text: &str) -> String {
        let keys = [Some(&self.keys.key), self.keys.other_key.as_ref()].into_iter().flatten();
        keys.fold(text.to_owned(), |text, key| text.replace(key.as_str(), "(the API key)"))
    }

    /// Returns a request as text without the keys. A request may contain values of an earlier response.
    pub(crate) fn shown_request(&self, request: &Request) -> String {
        let headers = request.headers.iter();
        let without_keys = Request {
            method: request.method.clone(),
            path: self.redacted(&request.path),
            authorization: request.authorization.clone(),
            headers: headers.map(|(name, value)| (name.clone(), self.redacted(value))).collect(),
            body: request.body.as_deref().map(|body| self.redacted(body)),
        };
        without_keys.to_string()
    }

    /// Returns a difference without the keys and with shortened values.
    pub(crate) fn shown_mismatch(&self, Mismatch { at, expected, actual }: Mismatch) -> Mismatch {
        let shown = |text: String| cut(&self.redacted(&text));
        Mismatch { at: self.redacted(&at), expected: shown(expected), actual: shown(actual) }
    }

    /// Returns a response as text without the keys.
    pub(crate) fn shown(&self, response: &Response) -> String {
        let mut text = format!("HTTP {}", response.status);
        for (name, value) in &response.headers {
            // Writing into a string cannot fail.
            let _ = write!(text, "\n{}: {}", self.redacted(name), self.redacted(value));
        }
        if !response.text.is_empty() {
            // The keys are removed before the text is cut, because a part of a key is not recognised.
            let _ = write!(text, "\n\n{}", cut_body(&self.redacted(&response.text)));
        }
        text
    }
}

/// Reads the body of a response as text.
///
/// # Errors
/// The response is incomplete or too large.
async fn read(mut response: reqwest::Response) -> Result<String, String> {
    let mut body = Vec::new();
    while let Some(chunk) =
        response.chunk().await.map_err(|error| format!("the response is incomplete: {}", cause(&error)))?
    {
        if chunk.len() > LONGEST - body.len() {
            return Err(format!("the response is longer than {LONGEST} bytes"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(String::from_utf8_lossy(&body).into_owned())
}

/// Writes a request with the names of the keys.
impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)?;
        if self.authorization != "none" {
            write!(f, "\nauthorization: {}", self.authorization)?;
        }
        for (name, value) in &self.headers {
            write!(f, "\n{name}: {}", cut(value))?;
        }
        match &self.body {
            Some(body) => write!(f, "\n\n{}", cut_body(body)),
            None => Ok(()),
        }
    }
}

fn cut_body(body: &str) -> String {
    const SHOWN: usize = 2_000;
    match body.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}… ({} bytes)", &body[..end], body.len()),
        None => body.to_owned(),
    }
}

/// Returns a key of the same form that no company has. Each letter and digit is replaced by a random one.
fn unknown_key(key: &str) -> String {
    let other = |letter: char| match letter {
        'a'..='z' => char::from(rand::random_range(b'a'..=b'z')),
        'A'..='Z' => char::from(rand::random_range(b'A'..=b'Z')),
        '0'..='9' => char::from(rand::random_range(b'0'..=b'9')),
        other => other,
    };
    format!("{}0", key.chars().map(other).collect::<String>())
}

/// Returns the innermost cause of an error.
fn cause(error: &reqwest::Error) -> String {
    let chain = std::iter::successors(error.source(), |&error| error.source());
    if error.is_timeout() {
        return format!("no response within {} seconds", TIMEOUT.as_secs());
    }
    chain.last().map_or_else(|| error.to_string(), ToString::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(url: &str) -> Target {
        Target::new(url, "secret-1", Some("secret-2"), "test").unwrap()
    }

    #[test]
    fn keys_are_sent_to_no_other_server() {
        let target = target("https://example.com/api");
        let url = |path| target.url(path).map(String::from);
        assert_eq!(url("/contacts/?a=b").unwrap(), "https://example.com/api/contacts/?a=b");
        assert_eq!(url("/api/contacts/7/").unwrap(), "https://example.com/api/contacts/7/");
        assert_eq!(url("/api-keys/").unwrap(), "https://example.com/api/api-keys/");
        assert_eq!(url("/api?a=b").unwrap(), "https://example.com/api?a=b");
        assert_eq!(
            url("https://example.com/api/contacts/7/").unwrap(),
            "https://example.com/api/contacts/7/"
        );
        for elsewhere in ["https://example.org/contacts/7/", "http://example.com/contacts/7/"] {
            assert!(url(elsewhere).is_err(), "{elsewhere}");
        }
    }

    #[test]
    fn shown_texts_contain_no_key() {
        let target = target("https://example.com");
        let headers = vec![("x-echo".to_owned(), "secret-1".to_owned())];
        let response = Response { status: 200, headers, text: "\"secret-2\"".to_owned() };
        let shown = target.shown(&response);
        assert!(shown.contains("x-echo") && !shown.contains("secret"), "{shown}");
    }

    #[test]
    fn a_cut_text_contains_no_part_of_a_key() {
        let target = target("https://example.com");
        for length in 0..2_010 {
            let text = format!("{}secret-1", "x".repeat(length));
            let response = Response { status: 200, headers: Vec::new(), text: text.clone() };
            let request = Request {
                method: Method::POST,
                path: "/".to_owned(),
                authorization: "{key}".to_owned(),
                headers: vec![("x-echo".to_owned(), text.clone())],
                body: Some(text.clone()),
            };
            let mismatch = target.shown_mismatch(Mismatch::new("body", text.clone(), text));
            let shown = [target.shown(&response), target.shown_request(&request), mismatch.to_string()];
            for text in shown {
                assert!(!text.contains("sec"), "{length}: {text}");
            }
        }
    }

    #[test]
    fn invalid_addresses_and_keys_are_refused() {
        for url in
            ["", "example.com", "ftp://example.com", "https://user@example.com", "https://example.com/?a"]
        {
            assert!(matches!(Target::new(url, "key", None, "test"), Err(InvalidTarget::Url(_))), "{url}");
        }
        for key in ["", "a\nb"] {
            assert!(matches!(Target::new("https://example.com", key, None, "test"), Err(InvalidTarget::Key)));
        }
    }

    #[test]
    fn an_unknown_key_differs_from_the_key() {
        let unknown = unknown_key("ctk_AAAAbbbb1111");
        assert_ne!(unknown, "ctk_AAAAbbbb1111");
        assert_eq!(unknown.len(), "ctk_AAAAbbbb1111".len() + 1);
    }
}
