//! Which addresses a webhook may have. The rules protect the operator's own network: without them, whoever may create
//! webhooks could make the server send requests to it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use crate::limits;

/// Checks the URL of a webhook. With `allow_private`, it may use `http` and an address of a private network.
///
/// A name is not resolved here. Its addresses are checked when the server connects to it.
///
/// # Errors
/// Returns what is wrong with the URL, as the end of a sentence that begins with "The URL".
pub fn check_url(text: &str, allow_private: bool) -> Result<Url, &'static str> {
    if text.chars().count() > limits::WEBHOOK_URL {
        return Err("has more than 2048 characters");
    }
    let url = Url::parse(text).map_err(|_| "is not a URL such as https://example.com/contacts")?;
    match url.scheme() {
        "https" => {}
        "http" if allow_private => {}
        "http" => return Err("begins with http://, which this server does not allow: use https://"),
        _ => return Err("does not begin with https://"),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("contains a user name or a password, which the list of webhooks would show");
    }
    if url.fragment().is_some() {
        return Err("contains a fragment, which is not sent");
    }
    let address = match url.host() {
        Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
        Some(Host::Domain(_)) => None,
        None => return Err("has no host"),
    };
    match address {
        Some(address) if !allow_private && !is_public(address) => {
            Err("has an address that is not public, which this server does not allow")
        }
        _ => Ok(url),
    }
}

/// Returns true if an address belongs to the public internet, and not to this machine, a private network or a special
/// purpose.
pub fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_special = matches!(
        (a, b, c),
        (0 | 10 | 127, ..)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 0, 0 | 2)
            | (192, 88, 99)
            | (192, 168, _)
            | (198, 18 | 19, _)
            | (198, 51, 100)
            | (203, 0, 113)
            | (224.., ..)
    );
    !is_special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    match address.segments() {
        // NAT64: the last four bytes are the IPv4 address that is reached.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
            is_public_v4(Ipv4Addr::new(a, b, c, d))
        }
        // Special purposes and tunnels within the global unicast addresses.
        [0x2001, 0..=0x1ff, ..] | [0x2001, 0xdb8, ..] | [0x2002, ..] | [0x3fff, 0..=0xfff, ..] => false,
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_public_internet_are_public() {
        for address in ["1.1.1.1", "100.63.255.255", "172.32.0.1", "192.0.1.1", "223.255.255.255"] {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
        for address in ["2606:4700::1111", "64:ff9b::101:101", "::ffff:1.1.1.1", "2001:4860::8888"] {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
        for address in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "127.9.9.9",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.0.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "fc00::1",
            "fd00::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn urls_are_checked() {
        for url in ["https://example.com", "https://example.com:8443/a?b=c", "https://1.1.1.1/"] {
            assert!(check_url(url, false).is_ok(), "{url}");
        }
        for url in ["http://example.com/", "http://localhost:3000/", "http://127.0.0.1/", "https://[::1]/"] {
            assert!(check_url(url, true).is_ok(), "{url}");
        }
        for url in [
            "http://example.com/",
            "https://127.0.0.1/",
            "https://0x7f.1/",
            "https://2130706433/",
            "https://[::1]/",
        ] {
            assert!(check_url(url, false).is_err(), "{url}");
        }
        let long = format!("https://example.com/{}", "a".repeat(limits::WEBHOOK_URL));
        for url in [
            "",
            "example.com",
            "ftp://example.com",
            "https://",
            "https://a:b@example.com",
            "https://a/#b",
            &long,
        ] {
            assert!(check_url(url, true).is_err(), "{url}");
        }
    }
}
