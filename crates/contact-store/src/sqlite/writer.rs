//! The connection that writes.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use contact_model::clock::Clock;

use super::anchor::ReadAnchor;
use super::checkpointer::{self, Checkpointer};
use super::connection::{SqliteConnection, finish_now};
use super::open;
use crate::contacts::work::Work;
use crate::{Result, StoreError, StoreOptions};

/// The connection that writes. It blocks the calling thread.
pub(crate) struct SqliteWriter {
    connection: SqliteConnection,
    anchor: ReadAnchor,
    checkpointer: Checkpointer,
    /// How long all statements of a transaction together may take.
    timeout: Duration,
}

impl SqliteWriter {
    /// Opens the connection to a file that has the tables.
    pub(crate) fn open(path: &Path, options: &StoreOptions) -> Result<Self> {
        let connection = open::writer(path, options.database_timeout)?;
        let anchor = ReadAnchor::new(open::reader(path, options.database_timeout)?);
        let checkpointer =
            Checkpointer::start(open::writer(path, options.database_timeout)?, anchor.clone())?;
        Ok(Self { connection, anchor, checkpointer, timeout: options.write_timeout })
    }

    /// Runs work in a transaction. The transaction is on disk before the output is returned, or rolled back if the
    /// work does not commit.
    pub(crate) fn run<W: Work>(&mut self, work: &W, clock: &dyn Clock) -> Result<W::Output> {
        // The log of earlier transactions is moved while this one is applied. Its callers wait for it, so a core is idle
        // more often than after the commit, when they continue. Work of an unknown size may write any number of items.
        self.checkpointer.note_items(work.item_count().unwrap_or(checkpointer::ITEMS_PER_CHECK));
        self.anchor.release();
        let outcome = self.run_in_transaction(work, clock);
        if work.erases() {
            self.checkpointer.note_erased();
        }
        outcome
    }

    fn run_in_transaction<W: Work>(&mut self, work: &W, clock: &dyn Clock) -> Result<W::Output> {
        self.connection.batch("BEGIN IMMEDIATE")?;
        let until = Instant::now() + self.timeout;
        // The time limit does not apply to the commit, because an interrupted commit could still be on disk.
        let outcome = self.connection.interruptible(
            move || Instant::now() >= until,
            |connection| {
                // A panic in one piece of work must not end the writer, and with it the server.
                let run = AssertUnwindSafe(|| finish_now(work.run(connection, clock)));
                catch_unwind(run).unwrap_or_else(|_| Err(StoreError::unavailable("the work panicked")))
            },
        );
        let outcome = outcome.and_then(|output| {
            let end = if work.commits(&output) { "COMMIT" } else { "ROLLBACK" };
            self.connection.batch(end).map(|()| output)
        });
        if outcome.is_err() {
            // Some failures have already rolled back. Then there is nothing to undo.
            let _ = self.connection.batch("ROLLBACK");
        }
        outcome
    }

    /// Makes reads faster until the next transaction.
    pub(crate) fn end_turn(&self) {
        self.anchor.hold();
    }
}

impl Drop for SqliteWriter {
    /// Moves the log into the file. The file is then complete by itself and can be copied while no server runs.
    fn drop(&mut self) {
        self.anchor.release();
        // This fails if another process reads from the log. The process that closes the file last then moves the
        // log.
        let _ = self.connection.one("PRAGMA wal_checkpoint(TRUNCATE)", &[], |row| row.integer(0));
    }
}
