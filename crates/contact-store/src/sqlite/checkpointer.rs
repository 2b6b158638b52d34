//! The thread that moves committed data from the write-ahead log into the database file.
//!
//! By default SQLite does this in a commit once the log is long enough, and that commit takes about as long as
//! twenty others. This thread does most of it outside the commits. SQLite starts the log from its beginning again
//! only after all of it was moved, which never happens while writes continue. So the writer still moves the rest
//! itself when the log reaches its maximum length, and little is left by then.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use super::anchor::ReadAnchor;
use super::connection::SqliteConnection;
use crate::{Result, StoreError};

/// The thread moves the log if it contains at least this many pages that were not moved yet.
const MIN_PAGES_TO_MOVE: i64 = 250;
/// The number of written items after which the thread checks the length of the log.
pub(super) const ITEMS_PER_CHECK: usize = 100;
/// The number of pages in the log at which the writer moves the rest itself.
pub(super) const MAX_LOG_PAGES: u32 = 1_000;

/// The time without writes after which the readers' anchor is renewed.
const RENEWED_AFTER: Duration = Duration::from_secs(1);

/// The thread that moves the log. It ends when this value is dropped.
pub(super) struct Checkpointer {
    committed: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
    /// Items written since the thread was last woken.
    items: usize,
    /// True if the log may contain values that were erased.
    erased: Arc<AtomicBool>,
}

impl Checkpointer {
    pub(super) fn start(connection: SqliteConnection, anchor: ReadAnchor) -> Result<Self> {
        // One pending message is enough.
        let (committed, messages) = sync_channel(1);
        // The log of an earlier process may not have been emptied because of a crash.
        let erased = Arc::new(AtomicBool::new(true));
        let erased_flag = Arc::clone(&erased);
        let thread = std::thread::Builder::new()
            .name("sqlite-checkpointer".to_owned())
            .spawn(move || serve(connection, &anchor, &messages, &erased_flag))
            .map_err(StoreError::unavailable)?;
        Ok(Self { committed: Some(committed), thread: Some(thread), items: 0, erased })
    }

    /// Records that a transaction erased contacts. Earlier copies of their pages are still in the log.
    pub(super) fn note_erased(&self) {
        self.erased.store(true, Ordering::Release);
    }

    /// Records that a transaction writes items. Each item takes one page of the log or a few.
    pub(super) fn note_items(&mut self, items: usize) {
        self.items += items;
        if self.items < ITEMS_PER_CHECK {
            return;
        }
        self.items = 0;
        if let Some(committed) = &self.committed {
            // If a message is pending already, or the thread has ended, there is nothing to add.
            let _ = committed.try_send(());
        }
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.committed = None;
        if let Some(thread) = self.thread.take() {
            // A panic in the thread was already reported.
            let _ = thread.join();
        }
    }
}

fn serve(
    mut connection: SqliteConnection,
    anchor: &ReadAnchor,
    messages: &Receiver<()>,
    erased: &AtomicBool,
) {
    // Emptying the log blocks writes, so it must not itself wait for readers.
    let never_waits = connection.batch("PRAGMA busy_timeout = 0").is_ok();
    loop {
        match messages.recv_timeout(RENEWED_AFTER) {
            Ok(()) => {}
            Err(RecvTimeoutError::Timeout) => {
                anchor.renew();
                if never_waits && erased.swap(false, Ordering::Acquire) && !empty_log(&mut connection, anchor)
                {
                    erased.store(true, Ordering::Release);
                }
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => return,
        }
        if let Err(error) = move_log(&mut connection) {
            // Nothing is lost. Data that is not moved stays in the log, and the writer moves it later.
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the write-ahead log could not be moved"
            );
        }
    }
}

/// Moves all of the log into the file and truncates the log. Returns false if something else is using the log.
fn empty_log(connection: &mut SqliteConnection, anchor: &ReadAnchor) -> bool {
    let truncate = "PRAGMA wal_checkpoint(TRUNCATE)";
    let busy = anchor.while_released(|| connection.one(truncate, &[], |row| row.integer(0)));
    matches!(busy, Ok(Some(0)))
}

fn move_log(connection: &mut SqliteConnection) -> Result<()> {
    let status_query = "PRAGMA wal_checkpoint(NOOP)";
    let lengths = connection.one(status_query, &[], |row| Ok((row.integer(1)?, row.integer(2)?)))?;
    if lengths.is_some_and(|(log, moved)| log - moved >= MIN_PAGES_TO_MOVE) {
        // PASSIVE moves as many pages as it can without blocking any other connection.
        connection.for_each("PRAGMA wal_checkpoint(PASSIVE)", &[], |_| Ok(()))?;
    }
    Ok(())
}
