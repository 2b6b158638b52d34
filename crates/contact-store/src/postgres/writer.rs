//! The tasks that write: each takes what waits, writes it in one transaction, and answers when it is
//! on disk.

use std::sync::Arc;

use contact_model::clock::Clock;
use sqlx::{Connection as _, PgPool};
use tokio::sync::{Mutex, mpsc};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::connection::{PostgresConnection, failure};
use crate::StoreError;
use crate::contacts::write::ContactWrite;
use crate::contacts::write_set::WriteSet;
use crate::queue::{self, Answers, Gathered, Waiting};
use crate::set::Work;

/// Sets that are written at once: while one waits for the disk, the next one is applied.
const WRITERS: usize = 2;
/// How often a set is run again where other transactions were faster.
const TRIES: usize = 10;

/// The tasks that write.
#[derive(Clone)]
pub(super) struct Writer {
    waiting: mpsc::Sender<Waiting>,
    stop: CancellationToken,
}

impl Writer {
    pub(super) fn start(pool: &PgPool, clock: &Arc<dyn Clock>, tasks: &TaskTracker) -> Self {
        let (sender, receiver) = mpsc::channel(queue::WAITING);
        let receiver = Arc::new(Mutex::new(receiver));
        let stop = CancellationToken::new();
        for _ in 0..WRITERS {
            let writer = serve(pool.clone(), Arc::clone(clock), Arc::clone(&receiver), stop.clone());
            tasks.spawn(writer);
        }
        Self { waiting: sender, stop }
    }

    /// Writes a set of contacts.
    pub(super) async fn write(&self, writes: Vec<ContactWrite>) -> Answers {
        let count = writes.len();
        let (waiting, answers) = Waiting::new(writes);
        queue::answers_of(count, self.waiting.try_send(waiting), answers).await
    }

    /// Lets the tasks finish what waits and end.
    pub(super) fn stop(&self) {
        self.stop.cancel();
    }
}

async fn serve(
    pool: PgPool,
    clock: Arc<dyn Clock>,
    waiting: Arc<Mutex<mpsc::Receiver<Waiting>>>,
    stop: CancellationToken,
) {
    while let Some(gathered) = next_set(&waiting, &stop).await {
        let (writes, callers) = gathered.into_parts();
        // A task of its own, so that a bug in one set does not take the writer along.
        let (pool, clock) = (pool.clone(), Arc::clone(&clock));
        let set = tokio::spawn(async move { in_transaction(&pool, &WriteSet(writes), &*clock).await });
        let outcome = set.await.unwrap_or_else(|error| Err(StoreError::unavailable(error)));
        Gathered::answer(callers, outcome);
    }
}

async fn next_set(waiting: &Mutex<mpsc::Receiver<Waiting>>, stop: &CancellationToken) -> Option<Gathered> {
    let mut waiting = waiting.lock().await;
    let first = tokio::select! {
        biased;
        first = waiting.recv() => first?,
        () = stop.cancelled() => return None,
    };
    let mut gathered = Gathered::default();
    gathered.add(first);
    while !gathered.is_full() {
        match waiting.try_recv() {
            Ok(next) => gathered.add(next),
            Err(_) => break,
        }
    }
    Some(gathered)
}

/// Does work in a transaction that is committed, and so on disk, before its answer is given; again
/// where another transaction was faster.
pub(super) async fn in_transaction<W: Work>(
    pool: &PgPool,
    work: &W,
    clock: &dyn Clock,
) -> Result<W::Answer, StoreError> {
    let mut tries = 0;
    loop {
        tries += 1;
        match try_in_transaction(pool, work, clock).await {
            Err(StoreError::Conflict(_)) if tries < TRIES => {}
            outcome => {
                if let Err(failure) = &outcome {
                    tracing::error!(
                        error = failure as &dyn std::error::Error,
                        tries,
                        "a set of writes failed"
                    );
                }
                return outcome;
            }
        }
    }
}

async fn try_in_transaction<W: Work>(
    pool: &PgPool,
    work: &W,
    clock: &dyn Clock,
) -> Result<W::Answer, StoreError> {
    let mut connection = pool.acquire().await.map_err(failure)?;
    let mut transaction = connection.begin().await.map_err(failure)?;
    let answer = work.run(&mut PostgresConnection(&mut transaction), clock).await?;
    transaction.commit().await.map_err(failure)?;
    Ok(answer)
}
