//! How many file descriptors the server may have, and how many of them are for connections.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::connection_limits::REFUSED;

/// The most connections that the server takes if it is not told how many. Each costs memory too.
const MOST_CONNECTIONS: usize = 10_000;

/// Descriptors for the listener, the log, timers, signals and whatever else has a few.
const OTHERS: usize = 64;

/// Descriptors of SQLite's files for each thread that reads them.
const OF_READER: usize = 4;

/// Threads that may read lists beside the threads of the runtime, at most.
const LIST_THREADS: usize = 32;

/// Raises the process's limit of file descriptors as far as it may, and returns it.
pub(crate) fn raise_limit() -> usize {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: maximum, maximum };
    // Some systems report a maximum that they do not allow.
    let limit = if setrlimit(Resource::Nofile, raised).is_ok() { maximum } else { current };
    limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX)
}

/// Returns how many connections fit in a limit of descriptors beside everything else, such as the database's files and
/// as many as `pool` connections to PostgreSQL.
pub(crate) fn room_for_connections(limit: usize, pool: usize) -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let reserve = OTHERS + REFUSED + pool + OF_READER * (cores + LIST_THREADS);
    limit.saturating_sub(reserve)
}

/// Returns how many connections the server takes if it is not told: all that there is room for, within reason.
pub(crate) fn default_connections(room: usize) -> usize {
    room.clamp(1, MOST_CONNECTIONS)
}
