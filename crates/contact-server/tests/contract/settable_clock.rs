//! A clock for tests.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use contact_model::Timestamp;
use contact_model::clock::{Clock, SystemClock};

/// A clock whose time changes only by [`SettableClock::advance`].
pub(crate) struct SettableClock(AtomicI64);

impl SettableClock {
    /// Creates a clock with this time.
    pub(crate) fn at(time: &str) -> Arc<Self> {
        let time: Timestamp = time.parse().expect("the time is RFC 3339");
        Arc::new(Self(AtomicI64::new(time.as_micros())))
    }

    /// Advances the time.
    pub(crate) fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }
}

impl Clock for SettableClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst)).expect("the time is in range")
    }

    fn new_id(&self) -> uuid::Uuid {
        SystemClock.new_id()
    }
}
