//! `contacts conformance` with the real server and with altered servers.

mod altered_server;
mod failed_cases;
mod given_contact;
#[cfg(unix)]
mod interrupts;
mod leftovers;
mod other_servers;
mod passed_cases;
