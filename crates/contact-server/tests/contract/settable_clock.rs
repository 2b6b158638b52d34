//! A clock that a test sets.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use contact_model::Timestamp;
use contact_model::clock::{Clock, SystemClock};

/// A clock that stands still until it is moved.
pub(crate) struct SettableClock(AtomicI64);

impl SettableClock {
    /// A clock that stands at this time.
    pub(crate) fn at(time: &str) -> Arc<Self> {
        let time: Timestamp = time.parse().expect("the time is RFC 3339");
        Arc::new(Self(AtomicI64::new(time.as_micros())))
    }

    /// Moves on.
    pub(crate) fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }
}

impl Clock for SettableClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst)).expect("the time has a name")
    }

    fn new_id(&self) -> uuid::Uuid {
        SystemClock.new_id()
    }
}
