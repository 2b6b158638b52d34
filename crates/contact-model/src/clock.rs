//! Where time and new ids come from. They are passed in, so that a test can say what time it is;
//! direct calls are refused by the lints everywhere else.

use chrono::Utc;
use uuid::Uuid;

use crate::Timestamp;

/// The source of time and of new ids.
pub trait Clock: Send + Sync + 'static {
    /// The present moment.
    fn now(&self) -> Timestamp;

    /// An id that no one has: UUID version 7.
    fn new_id(&self) -> Uuid;
}

/// The machine's own clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one door to the clock")]
    fn now(&self) -> Timestamp {
        Timestamp::new(Utc::now())
    }

    #[expect(clippy::disallowed_methods, reason = "this is the one source of ids")]
    fn new_id(&self) -> Uuid {
        Uuid::now_v7()
    }
}
