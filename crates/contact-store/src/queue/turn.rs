//! The turns of a queue, each of which a worker serves.

use tokio::sync::oneshot;

use super::kind::{Owner, QueueKind};
use crate::Result;

/// The results of a caller's items.
pub(crate) type Results<T> = Vec<Result<T>>;

/// The results of a caller's items, or the error of the whole set.
pub(crate) type SetResult<T> = Result<Results<T>>;

/// What a worker serves next.
pub(crate) enum Turn<K: QueueKind> {
    Set(Set<K>),
    Job(K::Job),
}

impl<K: QueueKind> Turn<K> {
    /// Returns the owner to pass to [`Queue::end_turn`](super::Queue::end_turn) after the turn, if the workers of the
    /// queue are divided between owners.
    pub(super) fn worker_owner(&self) -> Option<Owner> {
        match self {
            Self::Set(set) => set.worker_owner,
            Self::Job(_) => None,
        }
    }
}

/// Items that are served together: of several callers, or of only one if the set is exclusive.
pub(crate) struct Set<K: QueueKind> {
    /// The owner that occupies a worker until the turn ends, if workers are divided between owners.
    pub(super) worker_owner: Option<Owner>,
    pub(crate) items: Vec<K::Item>,
    pub(crate) mode: K::Mode,
    pub(crate) callers: Callers<K::Output>,
}

/// The callers that wait for the results of a set.
pub(crate) struct Callers<T>(Vec<(usize, oneshot::Sender<SetResult<T>>)>);

impl<T> Callers<T> {
    pub(super) fn new() -> Self {
        Self(Vec::new())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a caller that waits for this number of results.
    pub(super) fn add(&mut self, count: usize, caller: oneshot::Sender<SetResult<T>>) {
        self.0.push((count, caller));
    }

    /// Waits until every caller has stopped waiting.
    pub(crate) async fn wait_until_abandoned(&mut self) {
        for (_, caller) in &mut self.0 {
            caller.closed().await;
        }
    }

    /// Sends each caller the results of its items.
    pub(crate) fn send(self, results: SetResult<T>) {
        let mut results = results.map(Vec::into_iter);
        for (count, caller) in self.0 {
            let own = match &mut results {
                Ok(results) => Ok(results.by_ref().take(count).collect()),
                Err(failure) => Err(failure.for_caller()),
            };
            // The send fails if the caller stopped waiting. Its items were served anyway.
            let _ = caller.send(own);
        }
    }
}
