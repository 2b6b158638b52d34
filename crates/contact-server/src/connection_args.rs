//! The flags of `serve` that concern connections.

use std::time::Duration;

use anyhow::ensure;
use clap::Args;

use crate::argument_values::{count, seconds};
use crate::serve::{ConnectionLimits, Network, descriptors};

/// The limits of connections: their number, their time limits and the memory of their responses.
#[derive(Debug, Clone, Args)]
pub(crate) struct ConnectionArgs {
    /// Maximum number of connections; further ones get a 503 [default: 10000, or fewer if the limit of file
    /// descriptors is lower]
    #[arg(long, env = "CONTACTS_MAX_CONNECTIONS", value_name = "N", value_parser = count)]
    max_connections: Option<usize>,

    /// Maximum number of connections from one address, or from one IPv6 /64 network; loopback addresses and
    /// trusted proxies have no such limit [default: 256, or a quarter of --max-connections if that is less]
    #[arg(long, env = "CONTACTS_MAX_CONNECTIONS_PER_ADDRESS", value_name = "N", value_parser = count)]
    max_connections_per_address: Option<usize>,

    /// Address or network of a reverse proxy, such as 192.0.2.0/24; may be repeated
    #[arg(
        long = "trusted-proxy",
        env = "CONTACTS_TRUSTED_PROXIES",
        value_delimiter = ',',
        value_name = "ADDRESS"
    )]
    trusted_proxies: Vec<Network>,

    /// Time limit for the next request on a connection, in seconds
    #[arg(long, env = "CONTACTS_IDLE_TIMEOUT", default_value = "60", value_name = "SECONDS",
          value_parser = seconds)]
    pub(crate) idle_timeout: Duration,

    /// Time limit for a client to read some bytes of its response, in seconds
    #[arg(long, env = "CONTACTS_SEND_TIMEOUT", default_value = "30", value_name = "SECONDS",
          value_parser = seconds)]
    pub(crate) send_timeout: Duration,

    /// MiB for large responses that clients have not read yet; each company may use a quarter
    #[arg(long, env = "CONTACTS_RESPONSE_MEMORY", default_value_t = 512, value_name = "MIB",
          value_parser = clap::value_parser!(u32).range(1..=1_048_576))]
    pub(crate) response_memory: u32,
}

impl ConnectionArgs {
    /// Raises the process's limit of file descriptors, and returns how many connections to take. `pool` is the
    /// number of connections to PostgreSQL.
    ///
    /// # Errors
    /// `--max-connections` is higher than the limit of file descriptors allows.
    pub(crate) fn limits(&self, pool: usize) -> anyhow::Result<ConnectionLimits> {
        let descriptors = descriptors::raise_limit();
        let room = descriptors::room_for_connections(descriptors, pool);
        if let Some(max) = self.max_connections {
            ensure!(
                max <= room,
                "--max-connections {max} needs {} file descriptors, and the process may have {descriptors}: raise \
                 its limit (`ulimit -n`, or LimitNOFILE= of systemd) or lower --max-connections",
                max.saturating_add(descriptors - room)
            );
        }
        let ConnectionLimits { total, per_address, mut exempt } = ConnectionLimits::default();
        let total = self.max_connections.unwrap_or_else(|| total.min(room).max(1));
        let per_address =
            self.max_connections_per_address.unwrap_or_else(|| per_address.min(total.div_ceil(4)));
        exempt.extend(&self.trusted_proxies);
        Ok(ConnectionLimits { total, per_address, exempt })
    }
}
