//! The networks by which connections of clients are counted.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use ipnet::{IpNet, Ipv4Net};

/// An IP network, which may be a single address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network(IpNet);

impl Network {
    /// Returns the networks of the machine itself.
    pub fn loopback() -> [Self; 2] {
        let v4 = Ipv4Net::new_assert(Ipv4Addr::LOCALHOST, 8);
        [Self(v4.into()), Self(IpAddr::V6(Ipv6Addr::LOCALHOST).into())]
    }

    /// Returns what counts as one client: an IPv4 address, or the first 64 bits of an IPv6 address, because a single
    /// host usually has all addresses that begin with them.
    pub(super) fn of_client(address: IpAddr) -> Self {
        let address = address.to_canonical();
        let bits = if address.is_ipv4() { 32 } else { 64 };
        Self(IpNet::new_assert(address, bits).trunc())
    }

    pub(super) fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let network = match text.parse::<IpAddr>() {
            Ok(address) => Ok(IpNet::from(address.to_canonical())),
            Err(_) => text.parse::<IpNet>(),
        };
        network
            .map(Self)
            .map_err(|_| "use an IP address or a network, such as 192.0.2.7 or 192.0.2.0/24".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(text: &str) -> Network {
        Network::of_client(text.parse().unwrap())
    }

    #[test]
    fn an_ipv6_client_has_64_bits_and_an_ipv4_client_a_full_address() {
        assert_eq!(client("2001:db8:1:2::1"), client("2001:db8:1:2:ffff::2"));
        assert_ne!(client("2001:db8:1:2::1"), client("2001:db8:1:3::1"));
        assert_ne!(client("192.0.2.1"), client("192.0.2.2"));
        assert_eq!(client("192.0.2.1"), client("::ffff:192.0.2.1"));
    }

    #[test]
    fn a_network_is_an_address_or_a_prefix() {
        for (network, address, contained) in [
            ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.8", false),
            ("192.0.2.0/24", "192.0.2.8", true),
            ("192.0.2.0/24", "::ffff:192.0.2.8", true),
            ("::ffff:192.0.2.7", "192.0.2.7", true),
            ("192.0.2.0/24", "192.0.3.8", false),
            ("2001:db8::/32", "2001:db8:7::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
        ] {
            let parsed: Network = network.parse().unwrap();
            assert_eq!(parsed.contains(address.parse().unwrap()), contained, "{network} {address}");
        }
    }

    #[test]
    fn loopback_contains_the_addresses_of_this_machine() {
        let is_loopback = |address: &str| {
            Network::loopback().iter().any(|network| network.contains(address.parse().unwrap()))
        };
        assert!(["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"].into_iter().all(is_loopback));
        assert!(!["192.0.2.1", "::2", "126.0.0.1"].into_iter().any(is_loopback));
    }

    #[test]
    fn a_name_is_not_a_network() {
        for text in ["", "proxy.example", "192.0.2.0/33", "192.0.2", "192.0.2.7:80"] {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
    }
}
