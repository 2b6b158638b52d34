//! Tracks what a connection is doing, because its time limits depend on that.

use tokio::time::Instant;

use super::options::ServeOptions;

/// The time limit because of which a connection is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ExpiredLimit {
    Header,
    Idle,
    Send,
}

/// What a connection is doing, and since when.
///
/// The time of a phase begins with the first call of [`deadline`](Self::deadline) in the phase. A usual request has
/// one such call, so it reads the clock once.
#[derive(Debug, Default)]
pub(super) struct Activity {
    phase: Phase,
    began: Option<Instant>,
    /// Since when the kernel has accepted no byte that the server wants to send.
    blocked_since: Option<Instant>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Phase {
    /// The header of a request arrives. The first request of a new connection is expected at once.
    #[default]
    Header,
    /// A request runs, or its response is produced. Other limits apply to it.
    Request,
    /// No byte of a next request has arrived.
    Idle,
}

impl Activity {
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

    /// Returns when the connection has to be closed if nothing happens until then, and which limit expires.
    pub(super) fn deadline(
        &mut self,
        options: &ServeOptions,
        now: impl FnOnce() -> Instant,
    ) -> Option<(Instant, ExpiredLimit)> {
        if let Some(since) = self.blocked_since {
            return Some((since + options.send_timeout, ExpiredLimit::Send));
        }
        let (limit, expired) = match self.phase {
            Phase::Request => return None,
            Phase::Header => (options.header_timeout, ExpiredLimit::Header),
            Phase::Idle => (options.idle_timeout, ExpiredLimit::Idle),
        };
        Some((*self.began.get_or_insert_with(now) + limit, expired))
    }

    fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        self.began = None;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// An activity with a simulated clock.
    struct TimedActivity {
        options: ServeOptions,
        activity: Activity,
        now: Instant,
    }

    impl TimedActivity {
        fn new() -> Self {
            let options = ServeOptions {
                header_timeout: Duration::from_secs(30),
                idle_timeout: Duration::from_secs(60),
                send_timeout: Duration::from_secs(20),
                ..ServeOptions::default()
            };
            Self { options, activity: Activity::default(), now: Instant::now() }
        }

        fn advance(&mut self, seconds: u64) {
            self.now += Duration::from_secs(seconds);
        }

        fn blocked(&mut self) {
            self.activity.blocked(|| self.now);
        }

        /// Returns the number of seconds until the connection has to be closed, and which limit expires.
        fn deadline(&mut self) -> Option<(u64, ExpiredLimit)> {
            let (at, expired) = self.activity.deadline(&self.options, || self.now)?;
            Some((at.duration_since(self.now).as_secs(), expired))
        }
    }

    #[test]
    fn bytes_of_a_header_do_not_extend_its_limit() {
        let mut timed = TimedActivity::new();
        assert_eq!(timed.deadline(), Some((30, ExpiredLimit::Header)));
        timed.advance(10);
        timed.activity.received();
        assert_eq!(timed.deadline(), Some((20, ExpiredLimit::Header)));
    }

    #[test]
    fn an_idle_connection_has_a_limit_and_a_running_request_has_none() {
        let mut timed = TimedActivity::new();
        timed.activity.request_began();
        assert_eq!(timed.deadline(), None);
        timed.activity.response_ended();
        assert_eq!(timed.deadline(), Some((60, ExpiredLimit::Idle)));
        timed.advance(50);
        assert_eq!(timed.deadline(), Some((10, ExpiredLimit::Idle)));
        timed.activity.received();
        assert_eq!(timed.deadline(), Some((30, ExpiredLimit::Header)));
    }

    #[test]
    fn send_limit_restarts_when_the_client_receives_bytes() {
        let mut timed = TimedActivity::new();
        timed.activity.request_began();
        timed.blocked();
        timed.advance(15);
        timed.blocked();
        assert_eq!(timed.deadline(), Some((5, ExpiredLimit::Send)));
        timed.activity.sent();
        assert_eq!(timed.deadline(), None);
        timed.blocked();
        assert_eq!(timed.deadline(), Some((20, ExpiredLimit::Send)));
    }

    #[test]
    fn connection_is_idle_after_its_client_has_received_the_response() {
        let mut timed = TimedActivity::new();
        timed.activity.request_began();
        timed.activity.response_ended();
        timed.blocked();
        assert_eq!(timed.deadline(), Some((20, ExpiredLimit::Send)));
        timed.advance(15);
        timed.activity.sent();
        assert_eq!(timed.deadline(), Some((60, ExpiredLimit::Idle)));
    }
}
