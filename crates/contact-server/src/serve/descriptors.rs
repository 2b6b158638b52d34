//! Determines how many file descriptors the server may have, and how many of them are for connections.

use contact_store::page_workers;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::connection_limits::MAX_REFUSED;
use crate::webhook_sender::CONCURRENT;

/// Descriptors for the listener, the log, timers, signals and everything else that needs only a few.
const OTHER_DESCRIPTORS: usize = 64;

/// Descriptors for connections to the receivers of webhooks: those that are used, and some that are kept for the next
/// event.
const WEBHOOK_DESCRIPTORS: usize = CONCURRENT + 32;

/// Descriptors of SQLite's files for each thread that reads: those of the runtime, and the workers for pages.
const DESCRIPTORS_PER_READER: usize = 4;

/// Raises the process's limit of file descriptors as far as it is allowed to, and returns it.
pub(crate) fn raise_limit() -> usize {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: maximum, maximum };
    // Some systems report a maximum that they do not allow.
    let limit = if setrlimit(Resource::Nofile, raised).is_ok() { maximum } else { current };
    limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX)
}

/// Returns how many connections fit in a limit of descriptors. The rest is for everything else, such as the
/// database's files and at most `pool` connections to PostgreSQL.
pub(crate) fn room_for_connections(limit: usize, pool: usize) -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let reserve = OTHER_DESCRIPTORS
        + WEBHOOK_DESCRIPTORS
        + MAX_REFUSED
        + pool
        + DESCRIPTORS_PER_READER * (cores + page_workers());
    limit.saturating_sub(reserve)
}
