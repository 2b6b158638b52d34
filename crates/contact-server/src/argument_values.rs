//! Reads the values of the flags.

use std::time::Duration;

use url::Url;

/// Reads a number of days.
pub(crate) fn days(text: &str) -> Result<Duration, String> {
    /// A hundred years.
    const LONGEST: u64 = 36_525;
    let days = text.parse().ok().filter(|days| *days <= LONGEST);
    let days: u64 = days.ok_or_else(|| format!("use a whole number of days from 0 to {LONGEST}"))?;
    Ok(Duration::from_secs(days * 24 * 60 * 60))
}

/// Reads the URL at which users reach the server. It is published, so a user or password in it is refused.
pub(crate) fn public_url(text: &str) -> Result<Url, String> {
    let url = text.parse().ok().filter(|url: &Url| {
        matches!(url.scheme(), "http" | "https")
            && url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none()
    });
    url.ok_or_else(|| {
        "use an address without user, query and fragment, such as https://contacts.example.com or \
         https://example.com/api"
            .to_owned()
    })
}

/// Checks that the text is a host and a port. Whether the host exists is known only when the server listens.
pub(crate) fn listen_address(text: &str) -> Result<String, String> {
    match text.rsplit_once(':') {
        Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok() => Ok(text.to_owned()),
        _ => Err("use an address and a port, such as 127.0.0.1:8080 or localhost:8080".to_owned()),
    }
}

/// Reads a number of seconds, which may have a fraction.
pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| format!("`{text}` is not a number of seconds"))?;
    let duration = Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())?;
    if duration.is_zero() || duration > Duration::from_secs(24 * 60 * 60) {
        return Err("use more than 0 and at most 86400 seconds".to_owned());
    }
    Ok(duration)
}

/// Reads a number of at least one.
pub(crate) fn count(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|count| *count > 0).ok_or_else(|| "use a whole number from 1".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_url_has_no_credentials_query_or_fragment() {
        for url in ["https://contacts.example.com", "http://localhost:8080/", "https://example.com/api"] {
            assert!(public_url(url).is_ok(), "{url}");
        }
        for url in [
            "",
            "contacts.example.com",
            "ftp://example.com",
            "https://user@example.com/",
            "https://:secret@example.com/",
            "https://example.com/api?version=1",
            "https://example.com/#top",
        ] {
            assert!(public_url(url).is_err(), "{url}");
        }
    }
}
