//! Reads what a receiver responded.

use std::error::Error;
use std::time::Duration;

use chrono::{DateTime, Utc};
use contact_model::Timestamp;
use reqwest::Response;
use reqwest::header::{HeaderMap, RETRY_AFTER};

/// The maximum number of bytes of a response that are read.
const MAX_BYTES: usize = 16 * 1024;
/// The time limit for reading the body. Only the status matters, but a connection can only be used again if the body was
/// read.
const BODY_TIMEOUT: Duration = Duration::from_secs(1);
/// The maximum number of characters of an error.
const MAX_ERROR: usize = 300;

/// Reads the beginning of the body of a response.
pub(super) async fn read_beginning(mut response: Response) -> String {
    let mut body = Vec::new();
    let read = async {
        while let Ok(Some(chunk)) = response.chunk().await {
            body.extend_from_slice(&chunk);
            if body.len() > MAX_BYTES {
                break;
            }
        }
    };
    // What arrived in time is enough.
    let _ = tokio::time::timeout(BODY_TIMEOUT, read).await;
    String::from_utf8_lossy(&body).into_owned()
}

/// Returns the time for which the receiver asks the server to wait.
pub(super) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = DateTime::<Utc>::from(httpdate::parse_http_date(text).ok()?);
    Some((at - now.as_datetime()).to_std().unwrap_or_default())
}

/// Describes a response that is not a success, with the beginning of its body.
pub(super) fn describe_status(status: u16, body: &str) -> String {
    let body = body.trim();
    let text = match body {
        "" => format!("the response has the status {status}"),
        _ => format!("the response has the status {status}: {body}"),
    };
    cut(&text)
}

/// Describes why there was no response, without the URL.
pub(super) fn describe_failure(error: reqwest::Error) -> String {
    if error.is_timeout() {
        return "there was no response in time".to_owned();
    }
    let error = error.without_url();
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    cut(&text)
}

/// Replaces control characters, and cuts a text that is too long.
fn cut(text: &str) -> String {
    let plain = text.chars().map(|character| if character.is_control() { ' ' } else { character });
    plain.take(MAX_ERROR).collect::<String>().trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_to_wait_is_in_seconds_or_a_date() {
        let now = "2015-10-21T07:28:00Z".parse().unwrap();
        let read =
            |value: &str| retry_after(&HeaderMap::from_iter([(RETRY_AFTER, value.parse().unwrap())]), now);
        assert_eq!(read("120"), Some(Duration::from_secs(120)));
        assert_eq!(read("Wed, 21 Oct 2015 07:30:00 GMT"), Some(Duration::from_secs(120)));
        assert_eq!(read("Wed, 21 Oct 2015 07:00:00 GMT"), Some(Duration::ZERO));
        assert_eq!(read("soon"), None);
        assert_eq!(retry_after(&HeaderMap::new(), now), None);
    }

    #[test]
    fn an_error_is_a_short_line() {
        assert_eq!(describe_status(503, " \n"), "the response has the status 503");
        assert_eq!(describe_status(400, "bad\nid"), "the response has the status 400: bad id");
        assert_eq!(describe_status(400, &"x".repeat(1000)).chars().count(), MAX_ERROR);
    }
}
