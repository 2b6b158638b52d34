//! The tasks that write: each takes what waits, writes it in one transaction, and answers when it is
//! on disk.

use std::sync::Arc;

use contact_model::CompanyId;
use contact_model::clock::Clock;
use sqlx::{Connection as _, PgPool};
use tokio_util::task::TaskTracker;

use super::connection::{PostgresConnection, failure};
use crate::StoreError;
use crate::contacts::write::{ContactWrite, Written};
use crate::contacts::write_set::WriteSet;
use crate::queue::{Answers, Queue, Set};
use crate::set::Work;

/// Sets that are written at once: while one waits for the disk, the next one is applied.
const WRITERS: usize = 2;
/// How often a set is run again where other transactions were faster.
const TRIES: usize = 10;

/// The tasks that write.
#[derive(Clone)]
pub(super) struct Writer {
    queue: Arc<Queue<ContactWrite, Written>>,
}

impl Writer {
    pub(super) fn start(pool: &PgPool, clock: &Arc<dyn Clock>, tasks: &TaskTracker) -> Self {
        let queue = Arc::new(Queue::new());
        for _ in 0..WRITERS {
            tasks.spawn(serve(pool.clone(), Arc::clone(clock), Arc::clone(&queue)));
        }
        Self { queue }
    }

    /// Writes a set of contacts.
    pub(super) async fn write(&self, company: CompanyId, writes: Vec<ContactWrite>) -> Answers<Written> {
        self.queue.ask(company, writes).await
    }

    /// Lets the tasks finish what waits and end.
    pub(super) fn stop(&self) {
        self.queue.close();
    }
}

async fn serve(pool: PgPool, clock: Arc<dyn Clock>, queue: Arc<Queue<ContactWrite, Written>>) {
    while let Some(Set { items, callers }) = queue.next_set().await {
        // A task of its own, so that a bug in one set does not take the writer along.
        let (pool, clock) = (pool.clone(), Arc::clone(&clock));
        let set = tokio::spawn(async move { in_transaction(&pool, &WriteSet(items), &*clock).await });
        callers.answer(set.await.unwrap_or_else(|error| Err(StoreError::unavailable(error))));
    }
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
