//! The queue of writes and its workers.

use std::sync::Arc;

use contact_model::CompanyId;
use contact_model::clock::Clock;
use futures::future::BoxFuture;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use crate::contacts::transaction_mode::TransactionMode;
use crate::contacts::work::Work;
use crate::contacts::write::{Applied, ContactWrite};
use crate::contacts::write_set::{WriteSet, WriteSetResult};
use crate::postgres::WorkerConnection;
use crate::queue::{Queue, QueueKind, Set, Turn, Worker};
use crate::sqlite::SqliteWriter;
use crate::{Result, StoreError};

/// The bytes of contacts that a turn may load and return without an extra charge.
const FREE_BYTES: usize = 1024 * 1024;

/// The queue of contact writes, and of other work that needs a transaction.
pub(super) type WriteQueue = Queue<Writes>;

/// The types of [`WriteQueue`].
pub(super) enum Writes {}

impl QueueKind for Writes {
    type Item = ContactWrite;
    type Output = Applied;
    type Mode = TransactionMode;
    type Job = Job;
}

/// Does work with a transaction of its own and sends its output to its caller.
pub(super) type Job = Box<dyn FnOnce(&mut WriteWorker) -> BoxFuture<'_, ()> + Send>;

/// Returns the job that runs work for a caller that waits for its output.
pub(super) fn job_of<W: Work>(work: W, caller: oneshot::Sender<Result<W::Output>>) -> Job {
    Box::new(move |worker| {
        Box::pin(async move {
            let output = worker.writer.run(&work, &*worker.clock).await;
            // The send fails if the caller stopped waiting. Its work was done anyway.
            let _ = caller.send(output);
        })
    })
}

/// A connection that writes.
pub(super) enum Writer {
    /// There is one such connection. It blocks its thread, and its callers wait on this runtime.
    Sqlite(Box<SqliteWriter>, Handle),
    Postgres(WorkerConnection),
}

impl Writer {
    /// Runs work in a transaction, which is on disk before the output is returned.
    async fn run<W: Work>(&mut self, work: &W, clock: &dyn Clock) -> Result<W::Output> {
        match self {
            Self::Sqlite(writer, _) => writer.run(work, clock),
            Self::Postgres(worker) => worker.run(work, clock).await,
        }
    }
}

/// A worker of the queue of writes.
pub(super) struct WriteWorker {
    pub(super) queue: Arc<WriteQueue>,
    pub(super) writer: Writer,
    pub(super) clock: Arc<dyn Clock>,
}

impl Worker for WriteWorker {
    type Kind = Writes;

    async fn serve(&mut self, turn: Turn<Writes>) {
        match turn {
            Turn::Job(job) => job(self).await,
            Turn::Set(Set { items: writes, mode, callers, .. }) => {
                let company = company_of(&writes);
                let outcome = self.writer.run(&WriteSet { writes, mode }, &*self.clock).await;
                self.charge(company, &outcome);
                let results = outcome.map(|done| done.results);
                match &self.writer {
                    // The threads of the runtime wake the callers. Otherwise the writer would wake them one by one.
                    Writer::Sqlite(_, runtime) => drop(runtime.spawn(async move { callers.send(results) })),
                    Writer::Postgres(_) => callers.send(results),
                }
            }
        }
        if let Writer::Sqlite(writer, _) = &mut self.writer {
            writer.end_turn();
        }
    }
}

impl WriteWorker {
    /// Charges each company for the bytes that its writes in a set loaded and returned, if they are at least
    /// `FREE_BYTES`. A set that is refused for its size is charged its limit. It belongs to one company.
    fn charge(&self, company: Option<CompanyId>, outcome: &Result<WriteSetResult>) {
        match outcome {
            Ok(done) => {
                for (company, bytes) in done.bytes.iter().filter(|(_, bytes)| **bytes >= FREE_BYTES) {
                    self.queue.charge(Some(*company), *bytes);
                }
            }
            Err(StoreError::TooMuchLoaded { limit } | StoreError::ResponseTooLarge { limit, .. }) => {
                self.queue.charge(company, *limit);
            }
            Err(_) => {}
        }
    }
}

/// Returns the company whose turn the writes take.
pub(super) fn company_of(writes: &[ContactWrite]) -> Option<CompanyId> {
    writes.first().map(|write| write.company_id)
}
