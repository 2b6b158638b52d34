//! Files that do not change while the server runs, plain and compressed.

use std::error::Error;
use std::io::{Read, Write};
use std::sync::Arc;

use axum::body::Bytes;
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;

use crate::SharedState;
use crate::error::{ApiError, Result};
use crate::extract::IfNoneMatch;

/// Why a file could not be written.
pub(super) type Failure = Box<dyn Error + Send + Sync>;

/// Where the contents of a file come from.
pub(super) enum Contents {
    /// The program writes the file.
    Written(Box<dyn Fn() -> Result<Vec<u8>, Failure> + Send + Sync>),
    /// The program contains the file, compressed with gzip.
    Compressed(&'static [u8]),
}

/// Returns the route of a file. Each encoding is made when it is first requested, and then kept in memory. Therefore
/// repeated requests are cheap, and the server does not start more slowly.
pub(super) fn route(media_type: &'static str, contents: Contents) -> MethodRouter<SharedState> {
    let (plain, gzip) = (OnceCell::new(), OnceCell::new());
    let file = Arc::new(StaticFile { media_type, contents, plain, gzip });
    get(async move |known: IfNoneMatch, headers: HeaderMap| file.respond(&known, &headers).await)
}

struct StaticFile {
    media_type: &'static str,
    contents: Contents,
    plain: OnceCell<Encoded>,
    gzip: OnceCell<Encoded>,
}

/// The file in one encoding, with the strong entity tag of its bytes.
struct Encoded {
    bytes: Bytes,
    tag: HeaderValue,
}

impl StaticFile {
    async fn respond(self: Arc<Self>, known: &IfNoneMatch, headers: &HeaderMap) -> Result<Response> {
        let gzip = accepts_gzip(headers);
        let encoded = if gzip { &self.gzip } else { &self.plain };
        let encode = || Arc::clone(&self).encode(gzip);
        let Encoded { bytes, tag } = encoded.get_or_try_init(encode).await?;
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

    /// Encodes the file on a thread that may block.
    async fn encode(self: Arc<Self>, gzip: bool) -> Result<Encoded> {
        let encoded = tokio::task::spawn_blocking(move || {
            Encoded::of(if gzip { self.contents.gzip()? } else { self.contents.plain()? })
        });
        encoded.await.map_err(ApiError::internal)?.map_err(ApiError::internal)
    }
}

impl Contents {
    fn plain(&self) -> Result<Bytes, Failure> {
        match self {
            Self::Written(write) => Ok(write()?.into()),
            Self::Compressed(gzip) => {
                let mut plain = Vec::new();
                GzDecoder::new(*gzip).read_to_end(&mut plain)?;
                Ok(plain.into())
            }
        }
    }

    fn gzip(&self) -> Result<Bytes, Failure> {
        match self {
            Self::Written(write) => {
                let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
                encoder.write_all(&write()?)?;
                Ok(encoder.finish()?.into())
            }
            Self::Compressed(gzip) => Ok(Bytes::from_static(gzip)),
        }
    }
}

impl Encoded {
    fn of(bytes: Bytes) -> Result<Self, Failure> {
        let hash: String = Sha256::digest(&bytes).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        let tag = HeaderValue::try_from(format!("\"{hash}\""))?;
        Ok(Self { bytes, tag })
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
