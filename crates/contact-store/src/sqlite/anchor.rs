//! The lock that readers share.

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
pub(super) struct ReadAnchor {
    connection: SqliteConnection,
    held: bool,
}

impl ReadAnchor {
    pub(super) fn new(connection: SqliteConnection) -> Self {
        let mut anchor = Self { connection, held: false };
        anchor.hold();
        anchor
    }

    /// Takes the lock, at what is newest now. Where that fails, readers are slower and no less right.
    pub(super) fn hold(&mut self) {
        if !self.held {
            self.held = self.take().is_ok();
        }
    }

    fn take(&mut self) -> Result<(), StoreError> {
        self.connection.batch("BEGIN")?;
        // The transaction begins with its first read.
        self.connection.for_each("SELECT 1 FROM companies LIMIT 1", &[], |_| Ok(()))
    }

    /// Gives the lock back.
    pub(super) fn let_go(&mut self) {
        // Nothing is written here, so either end will do.
        if std::mem::take(&mut self.held) {
            let _ = self.connection.batch("COMMIT");
        }
    }
}
