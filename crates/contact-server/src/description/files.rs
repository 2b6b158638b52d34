//! The API description as files: `/openapi.json` and `/openapi.yaml`.
//!
//! A file is serialised and compressed when it is first requested, and then kept in memory. Therefore repeated
//! requests are cheap, and the server does not start more slowly.

use std::error::Error;
use std::io::Write;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;
use url::Url;
use utoipa::openapi::{OpenApi, Server};

use super::text;
use crate::error::{ApiError, Result};
use crate::extract::IfNoneMatch;
use crate::{SharedState, paths};

/// Returns the routes of both files. With a public URL, the description names it as the server.
pub(crate) fn routes(mut description: OpenApi, public_url: Option<&Url>) -> Router<SharedState> {
    if let Some(url) = public_url {
        description.servers = Some(vec![Server::new(url.as_str().trim_end_matches('/'))]);
    }
    let description = Arc::new(description);
    Router::new()
        .route(
            paths::OPENAPI_JSON,
            route("application/json", |file| Ok(text::to_json(file)?), Arc::clone(&description)),
        )
        .route(paths::OPENAPI_YAML, route("application/yaml", |file| Ok(text::to_yaml(file)?), description))
}

/// Writes the description in one format.
type Serialise = fn(&OpenApi) -> Result<String, Failure>;

/// Why a file could not be written.
type Failure = Box<dyn Error + Send + Sync>;

fn route(
    media_type: &'static str,
    serialise: Serialise,
    description: Arc<OpenApi>,
) -> MethodRouter<SharedState> {
    let file = Arc::new(File { media_type, serialise, description, written: OnceCell::new() });
    get(async move |known: IfNoneMatch, headers: HeaderMap| file.respond(&known, &headers).await)
}

struct File {
    media_type: &'static str,
    serialise: Serialise,
    description: Arc<OpenApi>,
    written: OnceCell<Written>,
}

/// The file in both encodings.
struct Written {
    plain: Encoded,
    gzip: Encoded,
}

/// The file in one encoding, with the strong entity tag of its bytes.
struct Encoded {
    bytes: Bytes,
    tag: HeaderValue,
}

impl File {
    async fn respond(self: Arc<Self>, known: &IfNoneMatch, headers: &HeaderMap) -> Result<Response> {
        let written = self.written.get_or_try_init(|| Arc::clone(&self).write()).await?;
        let gzip = accepts_gzip(headers);
        let Encoded { bytes, tag } = if gzip { &written.gzip } else { &written.plain };
        let cached = [
            (ETAG, tag.clone()),
            (VARY, HeaderValue::from_static("Accept-Encoding")),
            (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        ];
        if known.has(tag) {
            return Ok((StatusCode::NOT_MODIFIED, cached).into_response());
        }
        let content_type = [(CONTENT_TYPE, self.media_type)];
        let mut response = (cached, content_type, bytes.clone()).into_response();
        if gzip {
            response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        Ok(response)
    }

    /// Writes the file in both encodings on a thread that may block.
    async fn write(self: Arc<Self>) -> Result<Written> {
        let written = tokio::task::spawn_blocking(move || -> Result<Written, Failure> {
            let plain = (self.serialise)(&self.description)?.into_bytes();
            let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
            encoder.write_all(&plain)?;
            let gzip = encoder.finish()?;
            Ok(Written { plain: Encoded::of(plain)?, gzip: Encoded::of(gzip)? })
        });
        written.await.map_err(ApiError::internal)?.map_err(ApiError::internal)
    }
}

impl Encoded {
    fn of(bytes: Vec<u8>) -> Result<Self, Failure> {
        let hash: String = Sha256::digest(&bytes).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        let tag = HeaderValue::try_from(format!("\"{hash}\""))?;
        Ok(Self { bytes: bytes.into(), tag })
    }
}

/// Returns true if `Accept-Encoding` allows gzip, by its name or by `*`.
fn accepts_gzip(headers: &HeaderMap) -> bool {
    let (mut gzip, mut any) = (None, None);
    let values = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    for entry in values.flat_map(|value| value.split(',')) {
        let (coding, weight) = entry.split_once(';').unwrap_or((entry, "q=1"));
        let weight = weight.trim().trim_start_matches(['q', 'Q']).trim_start().strip_prefix('=');
        let accepted =
            weight.and_then(|weight| weight.trim().parse().ok()).is_some_and(|weight: f32| weight > 0.0);
        match coding.trim().to_ascii_lowercase().as_str() {
            "gzip" | "x-gzip" => gzip = Some(accepted),
            "*" => any = Some(accepted),
            _ => {}
        }
    }
    gzip.or(any).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_sent_to_clients_that_accept_it() {
        for (accepted, value) in [
            (true, "gzip"),
            (true, "deflate, GZIP;q=0.5, br"),
            (true, "x-gzip"),
            (true, "*"),
            (true, "br;q=1.0, *;q=0.1"),
            (false, ""),
            (false, "identity"),
            (false, "br, deflate"),
            (false, "gzip;q=0"),
            (false, "gzip; q=0.000, *"),
            (false, "*;q=0"),
            (false, "gzip;q=nonsense"),
        ] {
            let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, value.parse().unwrap())]);
            assert_eq!(accepts_gzip(&headers), accepted, "{value}");
        }
        assert!(!accepts_gzip(&HeaderMap::new()));
    }
}
