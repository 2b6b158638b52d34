//! When a failed event is sent again, and when a webhook is disabled.

use std::time::Duration;

use super::AttemptResult;
use crate::Timestamp;

/// How often a receiver may refuse one event before the event is set aside.
pub const MAX_REFUSALS: u32 = 10;

/// How long to wait after failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackOff {
    /// The time after the first failure. It doubles with each further failure.
    pub first: Duration,
    /// The longest time.
    pub longest: Duration,
    /// The time without a success after which the webhook is disabled.
    pub give_up_after: Duration,
}

impl Default for BackOff {
    fn default() -> Self {
        const HOUR: u64 = 60 * 60;
        Self {
            first: Duration::from_secs(5),
            longest: Duration::from_secs(10 * HOUR),
            give_up_after: Duration::from_secs(72 * HOUR),
        }
    }
}

impl BackOff {
    /// Returns the time to wait after this many failures. `jitter` is a random number from 0 to 1 that adds up to a
    /// quarter, so that webhooks that failed together are not tried together.
    ///
    /// If the receiver asked for another time, that time is used instead, within the same bounds.
    fn delay(&self, failures: u32, retry_after: Option<Duration>, jitter: f64) -> Duration {
        let doublings = failures.saturating_sub(1).min(20);
        let usual = self.first.saturating_mul(1 << doublings).min(self.longest);
        retry_after
            .unwrap_or(usual)
            .clamp(self.first, self.longest)
            .mul_f64(1.0 + jitter.clamp(0.0, 1.0) / 4.0)
    }
}

/// How the attempts to deliver events to a webhook went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeliveryState {
    /// The failed attempts since the last success, or since an event was set aside.
    pub failures: u32,
    /// How often the receiver refused the current event.
    pub refusals: u32,
    /// The first failed attempt since the last success.
    pub failing_since: Option<Timestamp>,
    /// The earliest time of the next attempt.
    pub next_attempt_at: Timestamp,
}

/// What follows from an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextStep {
    /// The event is done. The next one follows.
    Continue,
    /// The same event is sent again.
    Retry,
    /// The event is set aside. The next one follows.
    SetAside,
    /// No event is sent any more, because the receiver wants none.
    DisableGone,
    /// No event is sent any more, because there was no success for too long.
    DisableFailing,
}

impl DeliveryState {
    /// Returns the state of a webhook without failures.
    pub fn new(now: Timestamp) -> Self {
        Self { failures: 0, refusals: 0, failing_since: None, next_attempt_at: now }
    }

    /// Returns what follows from an attempt that ended at `now`, and the state after it.
    pub fn after(
        self,
        result: AttemptResult,
        now: Timestamp,
        back_off: &BackOff,
        jitter: f64,
    ) -> (NextStep, Self) {
        let (is_refusal, retry_after) = match result {
            AttemptResult::Accepted => return (NextStep::Continue, Self::new(now)),
            AttemptResult::Gone => (false, None),
            AttemptResult::Refused => (true, None),
            AttemptResult::Failed { retry_after } => (false, retry_after),
        };
        let since = self.failing_since.unwrap_or(now);
        let failures = self.failures.saturating_add(1);
        let refusals = self.refusals.saturating_add(u32::from(is_refusal));
        let failed = Self {
            failures,
            refusals,
            failing_since: Some(since),
            next_attempt_at: now.later_by(back_off.delay(failures, retry_after, jitter)),
        };
        if result == AttemptResult::Gone {
            (NextStep::DisableGone, failed)
        } else if now >= since.later_by(back_off.give_up_after) {
            (NextStep::DisableFailing, failed)
        } else if refusals >= MAX_REFUSALS {
            (NextStep::SetAside, Self { failures: 0, refusals: 0, next_attempt_at: now, ..failed })
        } else {
            (NextStep::Retry, failed)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FAILED: AttemptResult = AttemptResult::Failed { retry_after: None };

    fn seconds(state: DeliveryState, now: Timestamp) -> f64 {
        (state.next_attempt_at.as_micros() - now.as_micros()) as f64 / 1e6
    }

    #[test]
    fn waits_double_from_5_seconds_to_10_hours_until_the_webhook_is_disabled() {
        let start: Timestamp = "2026-01-31T12:00:00Z".parse().unwrap();
        let (mut now, mut state) = (start, DeliveryState::new(start));
        let mut waits = Vec::new();
        let last = loop {
            let (step, next) = state.after(FAILED, now, &BackOff::default(), 0.0);
            if step != NextStep::Retry {
                break step;
            }
            waits.push(seconds(next, now));
            (state, now) = (next, next.next_attempt_at);
        };
        assert_eq!(waits[..4], [5.0, 10.0, 20.0, 40.0]);
        assert_eq!(waits.last(), Some(&36_000.0));
        assert_eq!(last, NextStep::DisableFailing);
        let hours = (now.as_micros() - start.as_micros()) as f64 / 3.6e9;
        assert!((72.0..82.0).contains(&hours), "disabled after {hours} hours");
    }

    #[test]
    fn a_success_forgets_the_failures() {
        let now = Timestamp::from_micros(0).unwrap();
        let (_, failed) = DeliveryState::new(now).after(FAILED, now, &BackOff::default(), 0.5);
        let later = failed.next_attempt_at;
        let accepted = failed.after(AttemptResult::Accepted, later, &BackOff::default(), 0.5);
        assert_eq!(accepted, (NextStep::Continue, DeliveryState::new(later)));
    }

    #[test]
    fn an_event_that_is_refused_ten_times_is_set_aside() {
        let mut now = Timestamp::from_micros(0).unwrap();
        let mut state = DeliveryState::new(now);
        for _ in 1..MAX_REFUSALS {
            let (step, next) = state.after(AttemptResult::Refused, now, &BackOff::default(), 0.0);
            assert_eq!(step, NextStep::Retry);
            (state, now) = (next, next.next_attempt_at);
        }
        let (step, next) = state.after(AttemptResult::Refused, now, &BackOff::default(), 0.0);
        assert_eq!((step, next.failures, next.refusals), (NextStep::SetAside, 0, 0));
        assert!(next.failing_since.is_some() && next.next_attempt_at == now);
        assert_eq!(state.after(AttemptResult::Gone, now, &BackOff::default(), 0.0).0, NextStep::DisableGone);
    }

    #[test]
    fn the_receiver_may_ask_for_another_time() {
        let now = Timestamp::from_micros(0).unwrap();
        for (asked, expected) in [(0, 5.0), (120, 120.0), (1_000_000, 36_000.0)] {
            let failed = AttemptResult::Failed { retry_after: Some(Duration::from_secs(asked)) };
            let (_, state) = DeliveryState::new(now).after(failed, now, &BackOff::default(), 0.0);
            assert_eq!(seconds(state, now), expected);
        }
    }

    proptest! {
        #[test]
        fn the_first_retry_is_within_10_seconds(jitter in 0.0..=1.0) {
            let delay = BackOff::default().delay(1, None, jitter);
            prop_assert!(delay >= Duration::from_secs(5) && delay < Duration::from_secs(10));
        }
    }
}
