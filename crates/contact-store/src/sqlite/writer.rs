//! The writer thread. It takes waiting items, writes them in one transaction, and returns the results when the
//! transaction is on disk.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use contact_model::CompanyId;
use contact_model::clock::Clock;
use futures::executor::block_on;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::anchor::ReadAnchor;
use super::checkpointer::{self, Checkpointer};
use super::connection::{SqliteConnection, answer_at_once};
use crate::StoreError;
use crate::contacts::write_queue::{WriteQueue, company_of};
use crate::contacts::write_set::WriteSet;
use crate::queue::{Set, Turn};
use crate::set::Work;

/// Work with a transaction of its own. It sends its result to its caller itself.
pub(super) type Job = Box<dyn FnOnce(&mut Hand) + Send>;

/// The writer thread and its queue.
pub(super) struct Writer {
    pub(super) queue: Arc<WriteQueue<Job>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    pub(super) fn start(hand: Hand) -> Result<Self, StoreError> {
        let queue = Arc::new(WriteQueue::new());
        let (served, runtime) = (Arc::clone(&queue), Handle::current());
        let thread = std::thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || block_on(serve(hand, &served, &runtime)))
            .map_err(StoreError::unavailable)?;
        Ok(Self { queue, thread: Mutex::new(Some(thread)) })
    }

    /// Runs work in a transaction of its own, in a turn of the company.
    pub(super) async fn run<W: Work>(
        &self,
        company: Option<CompanyId>,
        work: W,
    ) -> Result<W::Output, StoreError> {
        let job = |answer: oneshot::Sender<_>| -> Job {
            Box::new(move |hand| {
                // The send fails if the caller stopped waiting. Its work was done all the same.
                let _ = answer.send(hand.in_transaction(&work));
            })
        };
        self.queue.ask_job(company, job).await
    }

    /// Finishes all waiting work and ends the thread.
    pub(super) async fn stop(&self) {
        self.queue.close();
        let thread = self.thread.lock().ok().and_then(|mut thread| thread.take());
        if let Some(thread) = thread {
            // The thread ends by itself. A panic in it was already reported.
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue.close();
    }
}

async fn serve(mut hand: Hand, queue: &WriteQueue<Job>, runtime: &Handle) {
    while let Some(turn) = queue.next_turn().await {
        match turn {
            Turn::Job(job) => {
                job(&mut hand);
                // The job may have written any number of items.
                hand.checkpointer.note(checkpointer::ITEMS);
            }
            Turn::Set(Set { items: writes, terms, callers, .. }) => {
                hand.checkpointer.note(writes.len());
                let company = company_of(&writes);
                let erases = writes.iter().any(|write| write.operation.erases());
                let outcome = hand.in_transaction(&WriteSet { writes, terms });
                if erases {
                    hand.checkpointer.note_erased();
                }
                queue.charge_for(company, &outcome);
                let outcome = outcome.map(|done| done.answers);
                // Runs on the callers' runtime, whose threads then wake the callers. Otherwise the writer would
                // wake them one by one.
                runtime.spawn(async move { callers.answer(outcome) });
            }
        }
        hand.anchor.hold();
    }
    hand.leave();
}

/// The state of the writer thread.
pub(super) struct Hand {
    pub(super) connection: SqliteConnection,
    pub(super) anchor: ReadAnchor,
    pub(super) checkpointer: Checkpointer,
    pub(super) clock: Arc<dyn Clock>,
    /// How long all statements of a transaction together may take.
    pub(super) timeout: Duration,
}

impl Hand {
    /// Moves the log into the file. The file is then complete by itself and can be copied while no server runs.
    fn leave(&mut self) {
        self.anchor.let_go();
        // This fails if another process reads from the log. The process that closes the file last then moves the
        // log.
        let _ = self.connection.one("PRAGMA wal_checkpoint(TRUNCATE)", &[], |row| row.integer(0));
    }

    /// Runs work in a transaction. The transaction is on disk before the result is returned, or rolled back if the
    /// work does not keep its changes.
    fn in_transaction<W: Work>(&mut self, work: &W) -> Result<W::Output, StoreError> {
        self.anchor.let_go();
        self.connection.batch("BEGIN IMMEDIATE")?;
        let until = Instant::now() + self.timeout;
        // The time limit does not apply to the commit, because an interrupted commit could still be on disk.
        let outcome = self.connection.interruptible(
            move || Instant::now() >= until,
            |connection| {
                // A panic in one piece of work must not end the writer, and with it the server.
                let run = AssertUnwindSafe(|| answer_at_once(work.run(connection, &*self.clock)));
                catch_unwind(run).unwrap_or_else(|_| Err(StoreError::unavailable("the work panicked")))
            },
        );
        let outcome = outcome.and_then(|answer| {
            let end = if work.keeps(&answer) { "COMMIT" } else { "ROLLBACK" };
            self.connection.batch(end).map(|()| answer)
        });
        if outcome.is_err() {
            // Some failures have already rolled back. Then there is nothing to undo.
            let _ = self.connection.batch("ROLLBACK");
        }
        outcome
    }
}
