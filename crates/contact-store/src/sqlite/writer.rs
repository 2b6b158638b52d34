//! The thread that writes: it takes what waits, writes it in one transaction, and answers when it is
//! on disk.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use contact_model::clock::Clock;
use futures::executor::block_on;
use tokio::sync::{mpsc, oneshot};

use super::connection::SqliteConnection;
use crate::StoreError;
use crate::contacts::write::ContactWrite;
use crate::contacts::write_set::WriteSet;
use crate::queue::{self, Answers, Gathered, Waiting};
use crate::set::Work;

/// Work that carries the way to its own caller.
type Job = Box<dyn FnOnce(&mut SqliteConnection, &dyn Clock) + Send>;

/// What the thread is asked to do.
enum Message {
    /// Writes of contacts, which may share a transaction with others.
    Write(Waiting),
    /// Work with a transaction of its own.
    Run(Job),
    /// Stop, once everything before is done.
    Stop,
}

/// The thread that writes.
pub(super) struct Writer {
    messages: mpsc::Sender<Message>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    pub(super) fn start(connection: SqliteConnection, clock: Arc<dyn Clock>) -> Result<Self, StoreError> {
        let (messages, received) = mpsc::channel(queue::WAITING);
        let thread = std::thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || serve(connection, received, &*clock))
            .map_err(StoreError::unavailable)?;
        Ok(Self { messages, thread: Mutex::new(Some(thread)) })
    }

    /// Writes a set of contacts.
    pub(super) async fn write(&self, writes: Vec<ContactWrite>) -> Answers {
        let count = writes.len();
        let (waiting, answers) = Waiting::new(writes);
        queue::answers_of(count, self.messages.try_send(Message::Write(waiting)), answers).await
    }

    /// Does work in a transaction of its own.
    pub(super) async fn run<W: Work>(&self, work: W) -> Result<W::Answer, StoreError> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |connection: &mut SqliteConnection, clock: &dyn Clock| {
            // A caller that went away does not mind; its work is done all the same.
            let _ = answer.send(in_transaction(connection, &work, clock));
        });
        self.messages.send(Message::Run(job)).await.map_err(|_| closed())?;
        answered.await.map_err(|_| closed())?
    }

    /// Finishes what waits and ends the thread.
    pub(super) async fn stop(&self) {
        // Where the thread is gone already there is nothing to stop.
        let _ = self.messages.send(Message::Stop).await;
        let thread = self.thread.lock().ok().and_then(|mut thread| thread.take());
        if let Some(thread) = thread {
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }
}

fn closed() -> StoreError {
    StoreError::unavailable("the store is closed")
}

fn serve(mut connection: SqliteConnection, mut messages: mpsc::Receiver<Message>, clock: &dyn Clock) {
    let mut next = messages.blocking_recv();
    while let Some(message) = next.take() {
        match message {
            Message::Stop => return,
            Message::Run(job) => job(&mut connection, clock),
            Message::Write(waiting) => {
                let mut gathered = Gathered::default();
                gathered.add(waiting);
                while !gathered.is_full() && next.is_none() {
                    match messages.try_recv() {
                        Ok(Message::Write(waiting)) => gathered.add(waiting),
                        Ok(other) => next = Some(other),
                        Err(_) => break,
                    }
                }
                let (writes, callers) = gathered.into_parts();
                let outcome = in_transaction(&mut connection, &WriteSet(writes), clock);
                Gathered::answer(callers, outcome);
            }
        }
        if next.is_none() {
            next = messages.blocking_recv();
        }
    }
}

/// Does work in a transaction that is committed, and so on disk, before its answer is given.
fn in_transaction<W: Work>(
    connection: &mut SqliteConnection,
    work: &W,
    clock: &dyn Clock,
) -> Result<W::Answer, StoreError> {
    connection.batch("BEGIN IMMEDIATE")?;
    // A bug in one piece of work must not take the writer, and with it the server, along.
    let outcome = catch_unwind(AssertUnwindSafe(|| block_on(work.run(connection, clock))))
        .unwrap_or_else(|_| Err(StoreError::unavailable("the work panicked")));
    let outcome = outcome.and_then(|answer| connection.batch("COMMIT").map(|()| answer));
    if let Err(failure) = &outcome {
        tracing::error!(error = failure as &dyn std::error::Error, "a set of writes failed");
        // Some failures have rolled back already; then there is nothing to undo.
        let _ = connection.batch("ROLLBACK");
    }
    outcome
}
