//! Tracks what a connection is doing, because its time limits depend on that.

use std::time::Duration;

use tokio::time::Instant;

/// The time limits of a connection for everything that depends on its client.
#[derive(Debug, Clone, Copy)]
pub(super) struct TimeLimits {
    /// The time for the header of a request to arrive, from its first byte.
    pub(super) header: Duration,
    /// The time for the next request to begin.
    pub(super) idle: Duration,
    /// The time for the client to take some bytes of a response. It restarts with each byte that the client takes.
    pub(super) send: Duration,
}

/// Why a connection is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Late {
    Header,
    NextRequest,
    Reader,
}

/// What a connection is doing, and since when.
///
/// The time of a phase begins with the first call of [`deadline`](Self::deadline) in the phase. A usual request has
/// one such call, so it reads the clock once.
#[derive(Debug)]
pub(super) struct Activity {
    phase: Phase,
    began: Option<Instant>,
    /// Since when the kernel has accepted no byte that the server wants to send.
    blocked_since: Option<Instant>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// The header of a request arrives.
    Header,
    /// A request runs, or its response is produced. Other limits apply to it.
    Request,
    /// No byte of a next request has arrived.
    Idle,
}

impl Activity {
    /// Describes a new connection, whose first request is expected at once.
    pub(super) fn new() -> Self {
        Self { phase: Phase::Header, began: None, blocked_since: None }
    }

    /// Notes that bytes of a request have arrived.
    pub(super) fn received(&mut self) {
        if self.phase == Phase::Idle {
            self.enter(Phase::Header);
        }
    }

    /// Notes that the header of a request is complete.
    pub(super) fn request_began(&mut self) {
        self.enter(Phase::Request);
    }

    /// Notes that all of a response has been handed to the connection, which may not have sent it yet.
    pub(super) fn response_ended(&mut self) {
        self.enter(Phase::Idle);
    }

    /// Notes that the kernel has accepted bytes.
    pub(super) fn sent(&mut self) {
        if self.blocked_since.take().is_some() {
            // The client has just taken something, so it has not been idle.
            self.began = None;
        }
    }

    /// Notes that the kernel accepts no bytes.
    pub(super) fn blocked(&mut self, now: impl FnOnce() -> Instant) {
        self.blocked_since.get_or_insert_with(now);
    }

    /// Returns when the connection has to be closed if nothing happens until then, and why.
    pub(super) fn deadline(
        &mut self,
        limits: TimeLimits,
        now: impl FnOnce() -> Instant,
    ) -> Option<(Instant, Late)> {
        if let Some(since) = self.blocked_since {
            return Some((since + limits.send, Late::Reader));
        }
        let (limit, late) = match self.phase {
            Phase::Request => return None,
            Phase::Header => (limits.header, Late::Header),
            Phase::Idle => (limits.idle, Late::NextRequest),
        };
        Some((*self.began.get_or_insert_with(now) + limit, late))
    }

    fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        self.began = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: TimeLimits = TimeLimits {
        header: Duration::from_secs(30),
        idle: Duration::from_secs(60),
        send: Duration::from_secs(20),
    };

    /// An activity with a clock of its own.
    struct Watched {
        activity: Activity,
        now: Instant,
    }

    impl Watched {
        fn new() -> Self {
            Self { activity: Activity::new(), now: Instant::now() }
        }

        fn pass(&mut self, seconds: u64) {
            self.now += Duration::from_secs(seconds);
        }

        fn blocked(&mut self) {
            self.activity.blocked(|| self.now);
        }

        /// Returns the number of seconds until the connection has to be closed, and why.
        fn due(&mut self) -> Option<(u64, Late)> {
            let (at, late) = self.activity.deadline(LIMITS, || self.now)?;
            Some((at.duration_since(self.now).as_secs(), late))
        }
    }

    #[test]
    fn bytes_of_a_header_do_not_extend_its_time() {
        let mut watched = Watched::new();
        assert_eq!(watched.due(), Some((30, Late::Header)));
        watched.pass(10);
        watched.activity.received();
        assert_eq!(watched.due(), Some((20, Late::Header)));
    }

    #[test]
    fn a_running_request_has_no_limit_here_and_an_idle_connection_has_one() {
        let mut watched = Watched::new();
        watched.activity.request_began();
        assert_eq!(watched.due(), None);
        watched.activity.response_ended();
        assert_eq!(watched.due(), Some((60, Late::NextRequest)));
        watched.pass(50);
        assert_eq!(watched.due(), Some((10, Late::NextRequest)));
        watched.activity.received();
        assert_eq!(watched.due(), Some((30, Late::Header)));
    }

    #[test]
    fn each_byte_that_the_client_takes_starts_its_time_anew() {
        let mut watched = Watched::new();
        watched.activity.request_began();
        watched.blocked();
        watched.pass(15);
        watched.blocked();
        assert_eq!(watched.due(), Some((5, Late::Reader)));
        watched.activity.sent();
        assert_eq!(watched.due(), None);
        watched.blocked();
        assert_eq!(watched.due(), Some((20, Late::Reader)));
    }

    #[test]
    fn a_connection_is_idle_from_when_its_client_has_taken_the_response() {
        let mut watched = Watched::new();
        watched.activity.request_began();
        watched.activity.response_ended();
        watched.blocked();
        assert_eq!(watched.due(), Some((20, Late::Reader)));
        watched.pass(15);
        watched.activity.sent();
        assert_eq!(watched.due(), Some((60, Late::NextRequest)));
    }
}
