//! The thread that writes: it takes what waits, writes it in one transaction, and answers when it is
//! on disk.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use contact_model::CompanyId;
use contact_model::clock::Clock;
use futures::executor::block_on;
use futures::future::{Either, select};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};

use super::anchor::ReadAnchor;
use super::checkpointer::{self, Checkpointer};
use super::connection::{SqliteConnection, answer_at_once};
use crate::StoreError;
use crate::contacts::write::{Applied, ContactWrite};
use crate::contacts::write_set::WriteSet;
use crate::queue::{Answers, Queue, Served, Set};
use crate::set::{Terms, Work};

/// Work with a transaction of its own, which carries the way to its caller.
type Job = Box<dyn FnOnce(&mut Hand) + Send>;
/// Jobs that may wait before further ones wait to be taken.
const WAITING_JOBS: usize = 16;

/// The thread that writes.
pub(super) struct Writer {
    writes: Arc<Queue<ContactWrite, Applied>>,
    jobs: mpsc::Sender<Job>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    pub(super) fn start(hand: Hand) -> Result<Self, StoreError> {
        let writes = Arc::new(Queue::new());
        let (jobs, received) = mpsc::channel(WAITING_JOBS);
        let (queue, runtime) = (Arc::clone(&writes), Handle::current());
        let thread = std::thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || block_on(serve(hand, &queue, received, &runtime)))
            .map_err(StoreError::unavailable)?;
        Ok(Self { writes, jobs, thread: Mutex::new(Some(thread)) })
    }

    /// Writes contacts.
    pub(super) async fn write(
        &self,
        company: CompanyId,
        writes: Vec<ContactWrite>,
        terms: Terms,
    ) -> Answers<Applied> {
        self.writes.ask(company, writes, terms).await
    }

    /// Writes contacts in a set of their own, which may be refused as a whole.
    pub(super) async fn write_whole(
        &self,
        company: CompanyId,
        writes: Vec<ContactWrite>,
        terms: Terms,
    ) -> Served<Applied> {
        self.writes.ask_whole(company, writes, terms).await
    }

    /// Does work in a transaction of its own.
    pub(super) async fn run<W: Work>(&self, work: W) -> Result<W::Answer, StoreError> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |hand| {
            // A caller that went away does not mind; its work is done all the same.
            let _ = answer.send(hand.in_transaction(&work));
        });
        let closed = || StoreError::unavailable("the store is closed");
        self.jobs.send(job).await.map_err(|_| closed())?;
        answered.await.map_err(|_| closed())?
    }

    /// Finishes what waits and ends the thread.
    pub(super) async fn stop(&self) {
        self.writes.close();
        let thread = self.thread.lock().ok().and_then(|mut thread| thread.take());
        if let Some(thread) = thread {
            // It ends by itself; a panic in it was told where it happened.
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.writes.close();
    }
}

async fn serve(
    mut hand: Hand,
    writes: &Queue<ContactWrite, Applied>,
    mut jobs: mpsc::Receiver<Job>,
    runtime: &Handle,
) {
    loop {
        // Jobs are rare, so they go first and starve no one.
        let turn = {
            let (job, set) = (Box::pin(jobs.recv()), Box::pin(writes.next_set()));
            match select(job, set).await {
                Either::Left((Some(job), _)) => Either::Left(job),
                Either::Left((None, set)) => Either::Right(set.await),
                Either::Right((set, _)) => Either::Right(set),
            }
        };
        match turn {
            Either::Left(job) => {
                job(&mut hand);
                // It may have written any number of items.
                hand.checkpointer.note(checkpointer::ITEMS);
            }
            Either::Right(Some(Set { items: writes, terms, callers })) => {
                hand.checkpointer.note(writes.len());
                let outcome = hand.in_transaction(&WriteSet { writes, terms });
                // Where the callers wait, so that they are woken by their own threads and not one by one by this.
                runtime.spawn(async move { callers.answer(outcome) });
            }
            Either::Right(None) => return hand.leave(),
        }
        hand.anchor.hold();
    }
}

/// What the thread writes with.
pub(super) struct Hand {
    pub(super) connection: SqliteConnection,
    pub(super) anchor: ReadAnchor,
    pub(super) checkpointer: Checkpointer,
    pub(super) clock: Arc<dyn Clock>,
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
        // A bug in one piece of work must not take the writer, and with it the server, along.
        let run = AssertUnwindSafe(|| answer_at_once(work.run(&mut self.connection, &*self.clock)));
        let outcome = catch_unwind(run).unwrap_or_else(|_| Err(StoreError::unavailable("the work panicked")));
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
