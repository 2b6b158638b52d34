//! A read lock that the readers of the process share.

use std::sync::Arc;

use parking_lot::Mutex;

use super::connection::SqliteConnection;
use crate::Result;

/// A read transaction that stays open while nothing is written.
///
/// Every read takes a lock on the write-ahead log and releases it. Normally these are two system calls, during which
/// other readers of the process wait. If another connection of the process already holds the lock, they only change a
/// counter in the process. Therefore the anchor holds the lock. The other connections still see the newest data, because
/// each begins a transaction of its own.
///
/// The anchor releases the lock while a transaction writes. Otherwise SQLite could not start the log from its
/// beginning again, and the log would grow without end.
///
/// While this process writes nothing, the anchor is renewed at short intervals. Another process may write, and an old
/// lock would keep it from starting the log from its beginning.
#[derive(Clone)]
pub(super) struct ReadAnchor(Arc<Mutex<Anchor>>);

struct Anchor {
    connection: SqliteConnection,
    held: bool,
}

impl ReadAnchor {
    pub(super) fn new(connection: SqliteConnection) -> Self {
        let anchor = Self(Arc::new(Mutex::new(Anchor { connection, held: false })));
        anchor.hold();
        anchor
    }

    /// Takes the lock for the newest data. If that fails, reads are slower but still correct.
    pub(super) fn hold(&self) {
        self.0.lock().hold();
    }

    /// Releases the lock.
    pub(super) fn release(&self) {
        self.0.lock().release();
    }

    /// Takes the lock again for the newest data, unless it is released for a transaction that writes.
    pub(super) fn renew(&self) {
        self.while_released(|| ());
    }

    /// Runs `work` while the lock is released. A transaction that begins during that time waits for it.
    pub(super) fn while_released<T>(&self, work: impl FnOnce() -> T) -> T {
        let mut anchor = self.0.lock();
        let was_held = anchor.held;
        anchor.release();
        let done = work();
        if was_held {
            anchor.hold();
        }
        done
    }
}

impl Anchor {
    fn hold(&mut self) {
        if !self.held {
            self.held = self.take().is_ok();
        }
    }

    fn take(&mut self) -> Result<()> {
        self.connection.batch("BEGIN")?;
        // The transaction begins with its first read.
        let begun = self.connection.for_each("SELECT 1 FROM companies LIMIT 1", &[], |_| Ok(()));
        if begun.is_err() {
            let _ = self.connection.batch("ROLLBACK");
        }
        begun
    }

    fn release(&mut self) {
        // Nothing was written, so a commit and a rollback have the same effect.
        if std::mem::take(&mut self.held) {
            let _ = self.connection.batch("COMMIT");
        }
    }
}
