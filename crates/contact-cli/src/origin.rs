//! The origin of a server's address: which addresses are the same server, and which connections are exposed.

use url::{Host, Url};

/// Returns the scheme, host and port of a web address, such as `https://contacts.example.com`.
///
/// Returns `None` for any other text: the client refuses it, so nothing is sent there.
pub(crate) fn of(address: &str) -> Option<String> {
    web(address).map(|url| url.origin().ascii_serialization())
}

/// Returns true if requests to the address leave this machine without encryption.
pub(crate) fn is_exposed(address: &str) -> bool {
    web(address).is_some_and(|url| url.scheme() == "http" && !is_loopback(&url))
}

fn web(address: &str) -> Option<Url> {
    Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.to_canonical().is_loopback(),
        // Other names below `localhost` may be looked up elsewhere.
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        let same = |a, b| of(a).is_some() && of(a) == of(b);
        assert!(same("https://Contacts.Example.com/api/", "https://contacts.example.com:443"));
        assert!(same("http://127.0.0.1:8080", "http://127.1:8080/contacts/"));
        for other in [
            "http://contacts.example.com",
            "https://contacts.example.com:8443",
            "https://contacts.example.com.evil.example",
            "https://contacts.example.com@evil.example",
            "https://evil.example/contacts.example.com",
            "https://contacts.example.com.",
        ] {
            assert!(!same("https://contacts.example.com", other), "{other}");
        }
        for unusable in
            ["", "contacts.example.com", "contacts.example.com:443", "file:///etc", "mailto:a@b.c"]
        {
            assert_eq!(of(unusable), None, "{unusable}");
        }
    }

    #[test]
    fn plain_http_is_exposed_unless_it_stays_on_this_machine() {
        for exposed in [
            "http://contacts.example.com",
            "HTTP://10.0.0.7:8080",
            "http://localhost.example.com",
            "http://127.0.0.1.example.com",
            "http://127.0.0.1@evil.example",
            "http://0.0.0.0:8080",
            "http://[::]:8080",
        ] {
            assert!(is_exposed(exposed), "{exposed}");
        }
        for fine in [
            "https://contacts.example.com",
            "http://127.0.0.1:8080",
            "http://127.8.7.6",
            "http://LOCALHOST:8080",
            "http://[::1]:8080",
            "http://[::ffff:127.0.0.1]",
        ] {
            assert!(!is_exposed(fine), "{fine}");
        }
    }
}
