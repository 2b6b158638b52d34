//! The thread that writes: it takes what waits, writes it in one transaction, and answers when it is
//! on disk.

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

/// Work with a transaction of its own, which carries the way to its caller.
pub(super) type Job = Box<dyn FnOnce(&mut Hand) + Send>;

/// The thread that writes, and what waits for it.
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

    /// Does work in a transaction of its own, in a turn of the company.
    pub(super) async fn run<W: Work>(
        &self,
        company: Option<CompanyId>,
        work: W,
    ) -> Result<W::Answer, StoreError> {
        let job = |answer: oneshot::Sender<_>| -> Job {
            Box::new(move |hand| {
                // A caller that went away does not mind; its work is done all the same.
                let _ = answer.send(hand.in_transaction(&work));
            })
        };
        self.queue.ask_job(company, job).await
    }

    /// Finishes what waits and ends the thread.
    pub(super) async fn stop(&self) {
        self.queue.close();
        let thread = self.thread.lock().ok().and_then(|mut thread| thread.take());
        if let Some(thread) = thread {
            // It ends by itself; a panic in it was told where it happened.
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
                // It may have written any number of items.
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
                // Where the callers wait, so that they are woken by their own threads and not one by one by this.
                runtime.spawn(async move { callers.answer(outcome) });
            }
        }
        hand.anchor.hold();
    }
    hand.leave();
}

/// What the thread writes with.
pub(super) struct Hand {
    pub(super) connection: SqliteConnection,
    pub(super) anchor: ReadAnchor,
    pub(super) checkpointer: Checkpointer,
    pub(super) clock: Arc<dyn Clock>,
    /// How long the statements of a transaction may take together.
    pub(super) timeout: Duration,
}

impl Hand {
    /// Moves what the log has into the file, which then is whole by itself, for whoever copies it while no
    /// server runs.
    fn leave(&mut self) {
        self.anchor.let_go();
        // Another process may read from the log; then whoever closes the file last does it.
        let _ = self.connection.one("PRAGMA wal_checkpoint(TRUNCATE)", &[], |row| row.integer(0));
    }

    /// Does work in a transaction that is committed, and so on disk, before its answer is given; or undone,
    /// where the answer says so.
    fn in_transaction<W: Work>(&mut self, work: &W) -> Result<W::Answer, StoreError> {
        self.anchor.let_go();
        self.connection.batch("BEGIN IMMEDIATE")?;
        let until = Instant::now() + self.timeout;
        // The limit does not hold for the commit: one that was interrupted could be on disk all the same.
        let outcome = self.connection.interruptible(
            move || Instant::now() >= until,
            |connection| {
                // A bug in one piece of work must not take the writer, and with it the server, along.
                let run = AssertUnwindSafe(|| answer_at_once(work.run(connection, &*self.clock)));
                catch_unwind(run).unwrap_or_else(|_| Err(StoreError::unavailable("the work panicked")))
            },
        );
        let outcome = outcome.and_then(|answer| {
            let end = if work.keeps(&answer) { "COMMIT" } else { "ROLLBACK" };
            self.connection.batch(end).map(|()| answer)
        });
        if outcome.is_err() {
            // Some failures have rolled back already; then there is nothing to undo.
            let _ = self.connection.batch("ROLLBACK");
        }
        outcome
    }
}
