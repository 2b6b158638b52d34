//! Queues items that wait for the database and groups them into sets. The queue is fair between companies, uses no
//! timer, and adds no wait if the database is idle.

mod cost;
mod kind;
mod state;
mod turn;
mod turn_order;
mod worker;
mod worker_shares;

use parking_lot::Mutex;
use tokio::sync::{Notify, oneshot};

use crate::{Result, StoreError};
pub(crate) use cost::Cost;
use cost::{ITEM_BYTES, SET_BYTES, cost_of, pieces};
pub(crate) use kind::{Mode, Owner, QueueKind};
use state::{QueueState, SetRules, Waiting};
pub(crate) use turn::{Results, Set, SetResult, Turn};
pub(crate) use worker::{Worker, serve};
use worker_shares::WorkerShares;

/// A queue of items and jobs.
pub(crate) struct Queue<K: QueueKind> {
    state: Mutex<QueueState<K>>,
    arrived: Notify,
    rules: SetRules,
}

impl<K: QueueKind> Queue<K> {
    /// Returns a queue of items that write.
    pub(crate) fn for_writes() -> Self {
        Self::new(SetRules { bytes: SET_BYTES, skips_abandoned: false }, None)
    }

    /// Returns a queue of items that only read and that share sets.
    pub(crate) fn for_lookups() -> Self {
        Self::new(SetRules { bytes: SET_BYTES, skips_abandoned: true }, None)
    }

    /// Returns a queue of items that only read and that may each take long, served by the given number of workers.
    /// Each item is served by itself, and one company cannot occupy all workers.
    pub(crate) fn for_pages(workers: usize) -> Self {
        let rules = SetRules { bytes: ITEM_BYTES, skips_abandoned: true };
        Self::new(rules, Some(WorkerShares::new(workers)))
    }

    fn new(rules: SetRules, shares: Option<WorkerShares>) -> Self {
        Self { state: Mutex::new(QueueState::new(shares)), arrived: Notify::new(), rules }
    }

    /// Waits for turns of the owner and returns the results of its items. Items that may share a set are divided into
    /// pieces if they are too large for one set. If a piece fails, the items in later pieces get that error and are
    /// not tried.
    pub(crate) async fn submit(
        &self,
        owner: Owner,
        items: Vec<K::Item>,
        mode: K::Mode,
    ) -> Results<K::Output> {
        if items.is_empty() {
            return Vec::new();
        }
        if !mode.shares_sets() || cost_of(&items) <= self.rules.bytes {
            return self.submit_piece(owner, items, mode).await;
        }
        let mut results = Vec::with_capacity(items.len());
        let mut rest = pieces(items, self.rules.bytes);
        while let Some(piece) = rest.next() {
            results.extend(self.submit_piece(owner, piece, K::Mode::default()).await);
            if let Some(Err(failure)) = results.last()
                && !failure.is_refusal()
            {
                let untried = failure.for_untried();
                results.extend(untried.repeat(rest.map(|piece| piece.len()).sum()));
                break;
            }
        }
        results
    }

    async fn submit_piece(&self, owner: Owner, items: Vec<K::Item>, mode: K::Mode) -> Results<K::Output> {
        let count = items.len();
        let results = self.submit_in_one_turn(owner, items, mode).await;
        results.unwrap_or_else(|failure| failure.repeat(count))
    }

    /// Waits for a turn of the owner and returns the results of its items. They run in an exclusive set, unless their
    /// mode shares sets.
    ///
    /// # Errors
    /// Returns the error or the refusal of the set as a whole.
    pub(crate) async fn submit_in_one_turn(
        &self,
        owner: Owner,
        items: Vec<K::Item>,
        mode: K::Mode,
    ) -> SetResult<K::Output> {
        let (caller, results) = oneshot::channel();
        self.add(owner, Waiting::Items { cost: cost_of(&items), items, mode, caller })?;
        results.await.unwrap_or_else(|_| Err(StoreError::unavailable("the set was not served")))
    }

    /// Adds a job, which runs in a turn of the owner.
    ///
    /// # Errors
    /// Returns an error if the queue is closed or too many callers wait.
    pub(crate) fn submit_job(&self, owner: Owner, job: K::Job) -> Result<()> {
        self.add(owner, Waiting::Job(job))
    }

    fn add(&self, owner: Owner, waiting: Waiting<K>) -> Result<()> {
        self.state.lock().add(owner, waiting)?;
        self.arrived.notify_one();
        Ok(())
    }

    /// Waits for the next turn and returns it. Returns `None` if the queue is closed and every caller was served.
    ///
    /// No turn is lost if the future is dropped before it is ready.
    pub(crate) async fn next_turn(&self) -> Option<Turn<K>> {
        loop {
            let arrived = self.arrived.notified();
            {
                let mut state = self.state.lock();
                if let Some(turn) = state.take_turn(self.rules) {
                    if state.has_next() {
                        // Another worker of this queue can take the rest.
                        self.arrived.notify_one();
                    }
                    return Some(turn);
                }
                if state.is_closed {
                    self.arrived.notify_one();
                    return None;
                }
            }
            arrived.await;
        }
    }

    /// Ends a turn, so that its owner may begin another one.
    fn end_turn(&self, owner: Owner) {
        if let Some(shares) = &mut self.state.lock().shares {
            shares.end(owner);
        }
    }

    /// Postpones the owner's next turn by bytes that were unknown when its last turn was taken.
    pub(crate) fn charge(&self, owner: Owner, bytes: usize) {
        self.state.lock().order.charge(owner, bytes.try_into().unwrap_or(u64::MAX));
    }

    /// Closes the queue to further callers.
    pub(crate) fn close(&self) {
        self.state.lock().is_closed = true;
        self.arrived.notify_one();
    }
}

#[cfg(test)]
mod tests;
