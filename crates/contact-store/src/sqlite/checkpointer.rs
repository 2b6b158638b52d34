//! The thread that moves what was committed from the write-ahead log into the database file.
//!
//! SQLite does so at a commit, once the log is long enough, and whoever commits waits for all of it: as long as for
//! some twenty commits. Here most of it is done beside the commits. The log begins anew only where all of it was
//! moved, which while writes go on it never is: so the writer still does it itself, when the log is as long as SQLite
//! lets it grow, and finds little left to do.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use super::anchor::ReadAnchor;
use super::connection::SqliteConnection;
use crate::StoreError;

/// Pages of the log that are moved at a time.
const PAGES: i64 = 250;
/// Items that are written before the thread looks how long the log is.
pub(super) const ITEMS: usize = 100;
/// Pages of the log at which the writer moves the rest itself.
pub(super) const PAGES_AT_MOST: u32 = 1_000;

/// How long nothing is written here before the readers' anchor is renewed.
const RENEWED_AFTER: Duration = Duration::from_secs(1);

/// The thread that moves the log. It ends with this.
pub(super) struct Checkpointer {
    committed: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
    /// Items written since the thread was last woken.
    items: usize,
    /// True if the log may contain values that were erased.
    erased: Arc<AtomicBool>,
}

impl Checkpointer {
    pub(super) fn start(connection: SqliteConnection, anchor: ReadAnchor) -> Result<Self, StoreError> {
        // One commit noted is as good as many.
        let (committed, noted) = sync_channel(1);
        // A crash may have kept the log of an earlier process from being emptied.
        let erased = Arc::new(AtomicBool::new(true));
        let to_empty = Arc::clone(&erased);
        let thread = std::thread::Builder::new()
            .name("sqlite-checkpointer".to_owned())
            .spawn(move || serve(connection, &anchor, &noted, &to_empty))
            .map_err(StoreError::unavailable)?;
        Ok(Self { committed: Some(committed), thread: Some(thread), items: 0, erased })
    }

    /// Takes note that a transaction erased contacts. Earlier copies of their pages are still in the log.
    pub(super) fn note_erased(&self) {
        self.erased.store(true, Ordering::Release);
    }

    /// Takes note that a transaction wrote so many items. Each takes a page of the log or a few.
    pub(super) fn note(&mut self, items: usize) {
        self.items += items;
        if self.items < ITEMS {
            return;
        }
        self.items = 0;
        if let Some(committed) = &self.committed {
            // Where a commit is noted already, or the thread is gone, there is nothing to add.
            let _ = committed.try_send(());
        }
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.committed = None;
        if let Some(thread) = self.thread.take() {
            // A panic in it was told where it happened.
            let _ = thread.join();
        }
    }
}

fn serve(mut connection: SqliteConnection, anchor: &ReadAnchor, noted: &Receiver<()>, erased: &AtomicBool) {
    // Emptying the log keeps writes waiting, so it must not itself wait for readers.
    let waits = connection.batch("PRAGMA busy_timeout = 0").is_err();
    loop {
        match noted.recv_timeout(RENEWED_AFTER) {
            Ok(()) => {}
            Err(RecvTimeoutError::Timeout) => {
                anchor.renew();
                if !waits && erased.swap(false, Ordering::Acquire) && !empty_log(&mut connection, anchor) {
                    erased.store(true, Ordering::Release);
                }
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => return,
        }
        if let Err(error) = move_log(&mut connection) {
            // Nothing is lost: what is not moved stays in the log, and the writer moves it in its turn.
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the write-ahead log could not be moved"
            );
        }
    }
}

/// Moves all of the log into the file and cuts the log to nothing. Returns false if something else uses the log now.
fn empty_log(connection: &mut SqliteConnection, anchor: &ReadAnchor) -> bool {
    let truncate = "PRAGMA wal_checkpoint(TRUNCATE)";
    let busy = anchor.without(|| connection.one(truncate, &[], |row| row.integer(0)));
    matches!(busy, Ok(Some(0)))
}

fn move_log(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let look = "PRAGMA wal_checkpoint(NOOP)";
    let lengths = connection.one(look, &[], |row| Ok((row.integer(1)?, row.integer(2)?)))?;
    if lengths.is_some_and(|(log, moved)| log - moved >= PAGES) {
        // It takes what it can without making anyone wait.
        connection.for_each("PRAGMA wal_checkpoint(PASSIVE)", &[], |_| Ok(()))?;
    }
    Ok(())
}
