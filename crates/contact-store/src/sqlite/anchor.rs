//! The lock that readers share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::connection::SqliteConnection;
use crate::StoreError;

/// A read transaction that stays open while nothing is written.
///
/// Every read takes a lock on the write-ahead log and gives it back, and each is a call to the kernel in which
/// other readers of the process wait, unless some connection of the process holds that lock already. This one
/// does, so that the others only count. They see what is newest all the same: each still begins a transaction
/// of its own.
///
/// It is let go while a transaction writes: held on, it would keep the log from being begun anew, and the log
/// would grow without end.
///
/// It is also renewed where nothing is written here: another process may write, and its log would not begin anew.
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

    /// Takes the lock, at what is newest now. Where that fails, readers are slower and no less right.
    pub(super) fn hold(&self) {
        self.anchor().hold();
    }

    /// Gives the lock back.
    pub(super) fn let_go(&self) {
        self.anchor().let_go();
    }

    /// Takes the lock anew, at what is newest now, unless a transaction that writes has it let go.
    pub(super) fn renew(&self) {
        let mut anchor = self.anchor();
        if anchor.held {
            anchor.let_go();
            anchor.hold();
        }
    }

    /// Does `work` while the lock is given back. A transaction that begins meanwhile waits for it.
    pub(super) fn without<T>(&self, work: impl FnOnce() -> T) -> T {
        let mut anchor = self.anchor();
        let was_held = anchor.held;
        anchor.let_go();
        let done = work();
        if was_held {
            anchor.hold();
        }
        done
    }

    fn anchor(&self) -> MutexGuard<'_, Anchor> {
        // What a panic left behind is at worst a transaction that the next one ends.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Anchor {
    fn hold(&mut self) {
        if !self.held {
            self.held = self.take().is_ok();
        }
    }

    fn take(&mut self) -> Result<(), StoreError> {
        self.connection.batch("BEGIN")?;
        // The transaction begins with its first read.
        let begun = self.connection.for_each("SELECT 1 FROM companies LIMIT 1", &[], |_| Ok(()));
        if begun.is_err() {
            let _ = self.connection.batch("ROLLBACK");
        }
        begun
    }

    fn let_go(&mut self) {
        // Nothing is written here, so either end will do.
        if std::mem::take(&mut self.held) {
            let _ = self.connection.batch("COMMIT");
        }
    }
}
