//! A deterministic clock, which returns the same times and IDs in every run.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use contact_model::Timestamp;
use contact_model::clock::Clock;
use uuid::Uuid;

/// The number of reads with the same time, so that some contacts have equal times.
const READS_A_SECOND: i64 = 4;

/// A clock that counts its reads.
#[derive(Debug, Default)]
pub(crate) struct CountingClock {
    ids: AtomicU64,
    reads: AtomicI64,
}

impl CountingClock {
    /// Starts a round, whose times and IDs depend only on its number.
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
