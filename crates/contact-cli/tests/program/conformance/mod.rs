//! `contacts conformance` against the real server, and against servers that are otherwise.

mod altered_server;
mod broken_promises;
mod given_contact;
#[cfg(unix)]
mod interrupts;
mod kept_promises;
mod leftovers;
mod other_servers;
