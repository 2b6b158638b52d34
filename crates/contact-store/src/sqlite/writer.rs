//! The connection that writes.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use contact_model::clock::Clock;

use super::anchor::ReadAnchor;
use super::checkpointer::{self, Checkpointer};
use super::connection::{SqliteConnection, finish_now};
use super::open;
use super::outdated_changes::OutdatedRows;
use crate::contacts::work::Work;
use crate::{Result, StoreError, StoreOptions};

/// The connection that writes. It blocks the calling thread.
pub(crate) struct SqliteWriter {
    connection: SqliteConnection,
    anchor: ReadAnchor,
    checkpointer: Checkpointer,
    /// How long all statements of a transaction together may take.
    timeout: Duration,
    /// Outdated rows of the list of latest changes that are being removed.
    outdated: Option<OutdatedRows>,
}

impl SqliteWriter {
    /// Opens the connection to a file that has the tables.
    pub(crate) fn open(path: &Path, options: &StoreOptions) -> Result<Self> {
        let connection = open::writer(path, options.database_timeout)?;
        let anchor = ReadAnchor::new(open::reader(path, options.database_timeout)?);
        let checkpointer =
            Checkpointer::start(open::writer(path, options.database_timeout)?, anchor.clone())?;
        Ok(Self { connection, anchor, checkpointer, timeout: options.write_timeout, outdated: None })
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
            let commits = work.commits(&output);
            self.connection.batch(if commits { "COMMIT" } else { "ROLLBACK" }).map(|()| (output, commits))
        });
        if outcome.is_err() {
            // Some failures have already rolled back. Then there is nothing to undo.
            let _ = self.connection.batch("ROLLBACK");
        }
        if !matches!(outcome, Ok((_, true))) {
            // The transaction left no outdated rows.
            self.connection.take_outdated();
        }
        outcome.map(|(output, _)| output)
    }

    /// Removes some outdated rows if there are many, and makes reads faster until the next transaction.
    pub(crate) fn end_turn(&mut self) {
        if let Err(error) = self.remove_outdated() {
            // Lists skip the rows. They are removed after a later transaction.
            self.outdated = None;
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "outdated rows of the list of latest changes could not be removed"
            );
        }
        self.anchor.hold();
    }

    fn remove_outdated(&mut self) -> Result<()> {
        if self.outdated.is_none()
            && let Some(company) = self.connection.take_outdated()
        {
            self.outdated = OutdatedRows::find(&mut self.connection, company)?;
        }
        let Some(outdated) = &mut self.outdated else { return Ok(()) };
        self.connection.batch("BEGIN IMMEDIATE")?;
        let removed = outdated.remove_piece(&mut self.connection);
        let end = if removed.is_ok() { "COMMIT" } else { "ROLLBACK" };
        let ended = self.connection.batch(end);
        if ended.is_err() {
            // Some failures have already rolled back. Then there is nothing to undo.
            let _ = self.connection.batch("ROLLBACK");
        }
        let is_finished = removed?;
        ended?;
        if is_finished {
            self.outdated = None;
        }
        Ok(())
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
