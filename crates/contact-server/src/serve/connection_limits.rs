//! Limits how many connections the server has at once, in all and from one address.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::address::{ClientAddress, Network};
use crate::error::ApiError;

/// The most refused connections that get a response at the same time. Others are closed without one.
pub(super) const MAX_REFUSED: usize = 64;

/// A refusal of connections is logged at most once in this time.
const REPORT_INTERVAL: Duration = Duration::from_secs(60);

/// How many connections the server has at most.
#[derive(Debug, Clone)]
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
#[derive(Clone)]
pub(super) struct Connections(Arc<Shared>);

struct Shared {
    limits: ConnectionLimits,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    served: usize,
    refused: usize,
    by_address: HashMap<ClientAddress, usize>,
    /// When a refusal of connections was last logged.
    reported: Option<Instant>,
}

/// What the server does with a new connection.
pub(super) enum Admission {
    /// Its requests are served.
    Served(ConnectionSlot),
    /// It exceeds this limit, which the response to its first request names.
    Refused(ExceededLimit, ConnectionSlot),
    /// It is closed at once.
    Dropped,
}

/// Counts a connection until it is dropped.
pub(super) struct ConnectionSlot {
    connections: Connections,
    counted: Counted,
}

/// How a connection is counted.
enum Counted {
    Served(Option<ClientAddress>),
    Refused,
}

/// The limit that a connection exceeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ExceededLimit {
    Total,
    PerAddress,
}

impl ExceededLimit {
    /// Returns the problem that a refused client gets.
    pub(super) fn error(self) -> ApiError {
        match self {
            Self::Total => ApiError::TooManyConnections,
            Self::PerAddress => ApiError::TooManyConnectionsOfAddress,
        }
    }
}

impl Connections {
    pub(super) fn new(limits: ConnectionLimits) -> Self {
        Self(Arc::new(Shared { limits, open: Mutex::default() }))
    }

    /// Decides what the server does with a new connection, and counts it.
    pub(super) fn admit(&self, client: IpAddr) -> Admission {
        let address = (!self.is_exempt(client)).then(|| ClientAddress::of(client));
        let mut open = self.open();
        match self.exceeded(&open, address) {
            None => {
                open.served += 1;
                if let Some(address) = address {
                    *open.by_address.entry(address).or_default() += 1;
                }
                Admission::Served(self.slot(Counted::Served(address)))
            }
            Some(limit) => {
                self.report(&mut open, limit, client);
                if open.refused >= MAX_REFUSED {
                    return Admission::Dropped;
                }
                open.refused += 1;
                Admission::Refused(limit, self.slot(Counted::Refused))
            }
        }
    }

    fn slot(&self, counted: Counted) -> ConnectionSlot {
        ConnectionSlot { connections: self.clone(), counted }
    }

    /// Returns true if an address has no limit of its own.
    fn is_exempt(&self, client: IpAddr) -> bool {
        self.0.limits.exempt.iter().any(|network| network.contains(client))
    }

    /// Returns the limit that one more connection would exceed.
    fn exceeded(&self, open: &Open, address: Option<ClientAddress>) -> Option<ExceededLimit> {
        let of_address = address.and_then(|address| open.by_address.get(&address)).copied().unwrap_or(0);
        if of_address >= self.0.limits.per_address {
            Some(ExceededLimit::PerAddress)
        } else if open.served >= self.0.limits.total {
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

    fn open(&self) -> MutexGuard<'_, Open> {
        self.0.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for ConnectionSlot {
    fn drop(&mut self) {
        let mut open = self.connections.open();
        match self.counted {
            Counted::Served(address) => {
                open.served -= 1;
                if let Some(address) = address {
                    open.leave(address);
                }
            }
            Counted::Refused => open.refused -= 1,
        }
    }
}

impl Open {
    /// Removes one connection of an address from the count.
    fn leave(&mut self, address: ClientAddress) {
        if let Entry::Occupied(mut count) = self.by_address.entry(address) {
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

    fn connections(total: usize, per_address: usize) -> Connections {
        let mut limits = ConnectionLimits { total, per_address, ..ConnectionLimits::default() };
        limits.exempt.push("198.51.100.0/24".parse().unwrap());
        Connections::new(limits)
    }

    fn served(connections: &Connections, client: &str) -> ConnectionSlot {
        match connections.admit(client.parse().unwrap()) {
            Admission::Served(slot) => slot,
            _ => panic!("the connection is not served"),
        }
    }

    fn refused(connections: &Connections, client: &str) -> (ExceededLimit, ConnectionSlot) {
        match connections.admit(client.parse().unwrap()) {
            Admission::Refused(limit, slot) => (limit, slot),
            _ => panic!("the connection is not refused"),
        }
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
        assert!(matches!(connections.admit("192.0.2.1".parse().unwrap()), Admission::Dropped));
        refusals.pop();
        refused(&connections, "192.0.2.1");
    }

    #[test]
    fn an_address_without_connections_is_forgotten() {
        let connections = connections(10, 2);
        drop((served(&connections, "192.0.2.1"), served(&connections, "192.0.2.1")));
        assert!(connections.open().by_address.is_empty());
        assert_eq!(connections.open().served, 0);
    }
}
