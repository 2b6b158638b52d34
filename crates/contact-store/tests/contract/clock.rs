//! A clock that repeats itself: the same questions get the same answers in every run.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use contact_model::Timestamp;
use contact_model::clock::Clock;
use uuid::Uuid;

/// How often the clock is read before it moves on, so that some contacts are as old as others.
const READS_A_SECOND: i64 = 4;

/// Counts instead of measuring.
#[derive(Debug, Default)]
pub(crate) struct CountingClock {
    ids: AtomicU64,
    reads: AtomicI64,
}

impl CountingClock {
    /// Begins a round of its own, whatever was asked before: the same round has the same answers.
    pub(crate) fn begin(&self, round: u64) {
        self.ids.store(round << 20, Ordering::Relaxed);
        self.reads.store(i64::try_from(round << 20).unwrap(), Ordering::Relaxed);
    }
}

impl Clock for CountingClock {
    fn now(&self) -> Timestamp {
        let seconds = self.reads.fetch_add(1, Ordering::Relaxed) / READS_A_SECOND;
        Timestamp::from_micros(1_700_000_000_000_000 + seconds * 1_000_000).unwrap()
    }

    fn new_id(&self) -> Uuid {
        Uuid::from_u128(u128::from(self.ids.fetch_add(1, Ordering::Relaxed)) + 1)
    }
}
