//! How the server treats its connections.

use std::time::Duration;

use super::connection_limits::ConnectionLimits;
use crate::path_prefix::PathPrefix;

/// How the server treats its connections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServeOptions {
    /// The time for the header of a request to arrive. The first header is expected as soon as the connection is
    /// open.
    pub header_timeout: Duration,
    /// The time for the next request on a connection to begin.
    pub idle_timeout: Duration,
    /// The time for a client to take some bytes of its response. It restarts with each byte that the client takes.
    pub send_timeout: Duration,
    /// The time for running requests to finish once the server is asked to stop.
    pub stop_deadline: Duration,
    /// The time for a request that only reads to get its response after the client has closed its side of the
    /// connection. A client that is gone and one that only sends nothing more look the same, so the read is abandoned
    /// after this time.
    pub abandoned_read_timeout: Duration,
    /// The maximum number of connections of the server.
    pub connections: ConnectionLimits,
    /// The path below which users reach the API.
    pub path_prefix: PathPrefix,
}

impl Default for ServeOptions {
    fn default() -> Self {
        Self {
            header_timeout: Duration::from_secs(30),
            idle_timeout: Duration::from_secs(60),
            send_timeout: Duration::from_secs(30),
            stop_deadline: Duration::from_secs(30),
            abandoned_read_timeout: Duration::from_secs(1),
            connections: ConnectionLimits::default(),
            path_prefix: PathPrefix::default(),
        }
    }
}
