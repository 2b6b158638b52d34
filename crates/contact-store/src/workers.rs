//! The tasks that serve a queue: each takes what waits as one set.

use std::future::Future;
use std::sync::Arc;

use contact_model::CompanyId;
use tokio_util::task::TaskTracker;

use crate::StoreError;
use crate::queue::{Answers, Queue, Served, Set};
use crate::set::Terms;

/// Pages of lists that are read at once: some may take long, and must not keep all others waiting.
pub(crate) const LISTERS: usize = 4;

/// Tasks that serve a queue of `T`, each answered with an `A`.
pub(crate) struct Workers<T, A> {
    queue: Arc<Queue<T, A>>,
}

impl<T, A> Clone for Workers<T, A> {
    fn clone(&self) -> Self {
        Self { queue: Arc::clone(&self.queue) }
    }
}

impl<T: Send + 'static, A: Send + 'static> Workers<T, A> {
    /// Starts `count` tasks that serve the queue's sets, each in a way of its own that `way` gives it.
    pub(crate) fn start<W, S, F>(queue: Queue<T, A>, count: usize, tasks: &TaskTracker, way: W) -> Self
    where
        W: Fn() -> S,
        S: Fn(Vec<T>, Terms) -> F + Send + 'static,
        F: Future<Output = Result<Answers<A>, StoreError>> + Send + 'static,
    {
        let queue = Arc::new(queue);
        for _ in 0..count {
            tasks.spawn(serve_sets(Arc::clone(&queue), way()));
        }
        Self { queue }
    }

    /// Waits for turns of the company and for the answers to its items.
    pub(crate) async fn ask(&self, company: Option<CompanyId>, items: Vec<T>, terms: Terms) -> Answers<A> {
        match company {
            Some(company) => self.queue.ask(company, items, terms).await,
            None => Vec::new(),
        }
    }

    /// Waits for a turn of the company and for the answers to its items, which are done in a set of their own.
    pub(super) async fn ask_whole(&self, company: CompanyId, items: Vec<T>, terms: Terms) -> Served<A> {
        self.queue.ask_whole(company, items, terms).await
    }

    /// Lets the tasks finish what waits and end.
    pub(crate) fn stop(&self) {
        self.queue.close();
    }
}

async fn serve_sets<T, A, S, F>(queue: Arc<Queue<T, A>>, serve: S)
where
    S: Fn(Vec<T>, Terms) -> F,
    F: Future<Output = Result<Answers<A>, StoreError>> + Send + 'static,
    A: Send + 'static,
{
    while let Some(Set { items, terms, callers }) = queue.next_set().await {
        // A task of its own, so that a bug in one set does not take the others along.
        let set = tokio::spawn(serve(items, terms));
        callers.answer(set.await.unwrap_or_else(|error| Err(StoreError::unavailable(error))));
    }
}
