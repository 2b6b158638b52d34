//! The source of the current time and of new ids. It is passed in, so that a test can set the time. Lints
//! forbid direct calls everywhere else.

use chrono::Utc;
use uuid::Uuid;

use crate::Timestamp;

/// A source of the current time and of new ids.
pub trait Clock: Send + Sync + 'static {
    /// Returns the current time.
    fn now(&self) -> Timestamp;

    /// Returns a new unique id: a UUID version 7.
    fn new_id(&self) -> Uuid;

    /// Returns random bytes that no one can guess, for the digest of an entry of the log of changes.
    #[expect(clippy::disallowed_methods, reason = "this is the one source of salts")]
    fn salt(&self) -> Uuid {
        Uuid::new_v4()
    }
}

/// The clock of the operating system.
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
