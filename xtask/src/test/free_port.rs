//! Ports for the servers that a run starts.

use std::io;
use std::net::{Ipv4Addr, TcpListener};

/// What the system says of a port that somebody else has; a server's log repeats it.
const IN_USE: &str = "Address already in use";

/// A port of the loopback interface that nothing listened on a moment ago.
///
/// Another process can take it before the server does. Whoever starts a server therefore asks [`was_taken`]
/// when the server ends early, and tries again with another port.
pub(crate) fn free_port() -> io::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}

/// Whether a server ended because somebody else has its port, or had it at the time.
pub(crate) fn was_taken(port: u16, log: &str) -> bool {
    log.contains(IN_USE)
        || TcpListener::bind((Ipv4Addr::LOCALHOST, port))
            .is_err_and(|error| error.kind() == io::ErrorKind::AddrInUse)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_taken_while_somebody_listens_on_it() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        assert!(was_taken(listener.local_addr().unwrap().port(), ""));
    }

    #[test]
    fn a_port_was_taken_if_the_system_said_so() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let error = TcpListener::bind(listener.local_addr().unwrap()).unwrap_err();
        assert!(was_taken(0, &error.to_string()));
    }

    #[test]
    fn a_free_port_is_seldom_taken_the_next_moment() {
        // Seldom, not never: the tests beside this one take ports too.
        let free = |_| !was_taken(free_port().unwrap(), "no fault of the port's");
        assert!((0..20).any(free));
    }
}
