//! Rules of HTTP/1.1 that hyper does not check.

use axum::extract::Request;
use axum::http::Version;
use axum::http::header::{HOST, TRANSFER_ENCODING};

use crate::error::{ApiError, Result};

/// Refuses a request that two servers, one behind the other, could understand differently.
pub(crate) fn check<B>(request: &Request<B>) -> Result<()> {
    let headers = request.headers();
    let mut hosts = headers.get_all(HOST).iter();
    let (host, another) = (hosts.next(), hosts.next());
    if another.is_some() {
        return Err(ApiError::MalformedRequest("Send one Host header; several were sent."));
    }
    if host.is_none() && request.version() == Version::HTTP_11 {
        return Err(ApiError::MalformedRequest("Send a Host header: HTTP/1.1 requires it."));
    }
    let mut codings = headers.get_all(TRANSFER_ENCODING).iter();
    let coding = codings.next();
    let is_chunked =
        coding.is_none_or(|coding| coding.as_bytes().trim_ascii().eq_ignore_ascii_case(b"chunked"));
    if !is_chunked || codings.next().is_some() {
        let detail = "The only Transfer-Encoding that the server supports is `chunked`, sent once.";
        return Err(ApiError::MalformedRequest(detail));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_accepted(version: Version, headers: &[(&str, &str)]) -> bool {
        let request = Request::builder().version(version);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        check(&request.body(()).unwrap()).is_ok()
    }

    #[test]
    fn http_1_1_needs_one_host_and_http_1_0_at_most_one() {
        let (none, one, two): (&[_], &[_], &[_]) = (&[], &[("host", "a")], &[("host", "a"), ("host", "a")]);
        for (version, headers, accepted) in [
            (Version::HTTP_11, none, false),
            (Version::HTTP_11, one, true),
            (Version::HTTP_11, two, false),
            (Version::HTTP_10, none, true),
            (Version::HTTP_10, one, true),
            (Version::HTTP_10, two, false),
        ] {
            assert_eq!(is_accepted(version, headers), accepted, "{version:?} {headers:?}");
        }
    }

    #[test]
    fn chunked_is_the_only_transfer_coding() {
        let coding = "transfer-encoding";
        for (accepted, headers) in [
            (true, &[("host", "a"), (coding, "chunked")][..]),
            (true, &[("host", "a"), (coding, " Chunked ")]),
            (false, &[("host", "a"), (coding, "chunked, chunked")]),
            (false, &[("host", "a"), (coding, "gzip, chunked")]),
            (false, &[("host", "a"), (coding, "identity, chunked")]),
            (false, &[("host", "a"), (coding, "chunked"), (coding, "chunked")]),
            (false, &[("host", "a"), (coding, "gzip"), (coding, "chunked")]),
        ] {
            assert_eq!(is_accepted(Version::HTTP_11, headers), accepted, "{headers:?}");
        }
    }
}
