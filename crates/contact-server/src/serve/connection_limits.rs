//! Limits how many connections the server has at once, in all and from one address.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;

use super::address::Network;

/// The maximum number of refused connections that get a response at the same time. Others are closed without one.
pub(super) const MAX_REFUSED: usize = 64;

/// A refusal of connections is logged at most once in this time.
const REPORT_INTERVAL: Duration = Duration::from_secs(60);

/// The maximum number of connections of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionLimits {
    /// From all addresses together.
    pub total: usize,
    /// From one address.
    pub per_address: usize,
    /// Addresses without a limit of their own: the machine's own, and those of proxies that connect for many clients.
    pub exempt: Vec<Network>,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self { total: 10_000, per_address: 256, exempt: Network::loopback().into() }
    }
}

/// The open connections.
pub(super) struct Connections {
    limits: ConnectionLimits,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    served: usize,
    refused: usize,
    by_address: HashMap<Network, usize>,
    /// When a refusal of connections was last logged.
    reported: Option<Instant>,
}

/// Counts a connection until it is dropped.
pub(super) struct ConnectionSlot {
    connections: Arc<Connections>,
    /// What the connection counts for, if that has a limit of its own.
    address: Option<Network>,
    /// The limit that the connection exceeds. The response to its first request then names the limit.
    pub(super) exceeded: Option<ExceededLimit>,
}

/// The limit that a connection exceeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ExceededLimit {
    Total,
    PerAddress,
}

impl Connections {
    pub(super) fn new(limits: ConnectionLimits) -> Arc<Self> {
        Arc::new(Self { limits, open: Mutex::default() })
    }

    /// Counts a new connection. Returns `None` if it is closed at once, because too many are being refused.
    pub(super) fn admit(self: &Arc<Self>, client: IpAddr) -> Option<ConnectionSlot> {
        let is_exempt = self.limits.exempt.iter().any(|network| network.contains(client));
        let address = (!is_exempt).then(|| Network::of_client(client));
        let mut open = self.open.lock();
        let exceeded = self.exceeded(&open, address);
        match exceeded {
            None => {
                open.served += 1;
                if let Some(address) = address {
                    *open.by_address.entry(address).or_default() += 1;
                }
            }
            Some(limit) => {
                self.report(&mut open, limit, client);
                if open.refused >= MAX_REFUSED {
                    return None;
                }
                open.refused += 1;
            }
        }
        Some(ConnectionSlot { connections: Arc::clone(self), address, exceeded })
    }

    /// Returns the limit that one more connection would exceed.
    fn exceeded(&self, open: &Open, address: Option<Network>) -> Option<ExceededLimit> {
        let of_address = address.and_then(|address| open.by_address.get(&address)).copied().unwrap_or(0);
        if of_address >= self.limits.per_address {
            Some(ExceededLimit::PerAddress)
        } else if open.served >= self.limits.total {
            Some(ExceededLimit::Total)
        } else {
            None
        }
    }

    fn report(&self, open: &mut Open, limit: ExceededLimit, client: IpAddr) {
        let now = Instant::now();
        if open.reported.is_some_and(|reported| now - reported < REPORT_INTERVAL) {
            return;
        }
        open.reported = Some(now);
        let served = open.served;
        match limit {
            ExceededLimit::Total => {
                tracing::warn!(served, "connections are refused: --max-connections is reached")
            }
            ExceededLimit::PerAddress => tracing::warn!(
                %client,
                served,
                "connections of an address are refused: --max-connections-per-address is reached"
            ),
        }
    }
}

impl Drop for ConnectionSlot {
    fn drop(&mut self) {
        let mut open = self.connections.open.lock();
        if self.exceeded.is_some() {
            open.refused -= 1;
            return;
        }
        open.served -= 1;
        if let Some(address) = self.address
            && let Entry::Occupied(mut count) = open.by_address.entry(address)
        {
            *count.get_mut() -= 1;
            if *count.get() == 0 {
                count.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connections(total: usize, per_address: usize) -> Arc<Connections> {
        let mut limits = ConnectionLimits { total, per_address, ..ConnectionLimits::default() };
        limits.exempt.push("198.51.100.0/24".parse().unwrap());
        Connections::new(limits)
    }

    fn served(connections: &Arc<Connections>, client: &str) -> ConnectionSlot {
        let slot = connections.admit(client.parse().unwrap()).expect("the connection gets a response");
        assert_eq!(slot.exceeded, None);
        slot
    }

    fn refused(connections: &Arc<Connections>, client: &str) -> (ExceededLimit, ConnectionSlot) {
        let slot = connections.admit(client.parse().unwrap()).expect("the connection gets a response");
        (slot.exceeded.expect("the connection is refused"), slot)
    }

    #[test]
    fn connections_of_an_address_are_limited_until_one_is_closed() {
        let connections = connections(10, 2);
        let _first = served(&connections, "192.0.2.1");
        let second = served(&connections, "::ffff:192.0.2.1");
        assert_eq!(refused(&connections, "192.0.2.1").0, ExceededLimit::PerAddress);
        let _other = served(&connections, "192.0.2.2");
        drop(second);
        let _third = served(&connections, "192.0.2.1");
    }

    #[test]
    fn an_ipv6_network_of_64_bits_counts_as_one_address() {
        let connections = connections(10, 1);
        let _first = served(&connections, "2001:db8::1");
        assert_eq!(refused(&connections, "2001:db8::2").0, ExceededLimit::PerAddress);
        let _other = served(&connections, "2001:db8:0:1::1");
    }

    #[test]
    fn only_the_total_limits_loopback_and_trusted_proxies() {
        let connections = connections(4, 1);
        let clients = ["127.0.0.1", "127.0.0.1", "198.51.100.1", "198.51.100.1"];
        let _served = clients.map(|client| served(&connections, client));
        for client in ["127.0.0.1", "::1", "198.51.100.1", "192.0.2.1"] {
            assert_eq!(refused(&connections, client).0, ExceededLimit::Total);
        }
    }

    #[test]
    fn only_some_refused_connections_get_a_response() {
        let connections = connections(0, 1);
        let mut refusals: Vec<_> = (0..MAX_REFUSED).map(|_| refused(&connections, "192.0.2.1").1).collect();
        assert!(connections.admit("192.0.2.1".parse().unwrap()).is_none());
        refusals.pop();
        refused(&connections, "192.0.2.1");
    }

    #[test]
    fn an_address_without_connections_is_forgotten() {
        let connections = connections(10, 2);
        drop((served(&connections, "192.0.2.1"), served(&connections, "192.0.2.1")));
        assert!(connections.open.lock().by_address.is_empty());
        assert_eq!(connections.open.lock().served, 0);
    }
}
