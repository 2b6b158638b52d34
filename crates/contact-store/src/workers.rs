//! The tasks that serve a queue, one turn after another.

use std::future::Future;
use std::sync::Arc;

use tokio_util::task::TaskTracker;

use crate::queue::{Cost, Queue, Turn};

/// Returns how many workers read pages of lists: four times as many as the machine has cores, because one company uses
/// at most half of them, and with only one worker for each core the cores are idle while workers change.
pub(crate) fn listers() -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    (4 * cores).clamp(8, 64)
}

/// Starts `count` tasks that serve a queue. Each task calls `way` once to get its own function for serving turns.
/// The tasks end when the queue is closed and every caller was served.
pub(crate) fn start<T, A, M, J, W, S, F>(
    queue: &Arc<Queue<T, A, M, J>>,
    count: usize,
    tasks: &TaskTracker,
    way: W,
) where
    T: Cost + Send + 'static,
    A: Send + 'static,
    M: Default + PartialEq + Send + 'static,
    J: Send + 'static,
    W: Fn() -> S,
    S: Fn(Turn<T, A, M, J>) -> F + Send + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    for _ in 0..count {
        tasks.spawn(serve(Arc::clone(queue), way()));
    }
}

async fn serve<T, A, M, J, S, F>(queue: Arc<Queue<T, A, M, J>>, serve: S)
where
    T: Cost,
    M: Default + PartialEq,
    S: Fn(Turn<T, A, M, J>) -> F,
    F: Future<Output = ()> + Send + 'static,
{
    while let Some(turn) = queue.next_turn().await {
        let worker_of = turn.worker_of();
        // Each turn runs in a task of its own, so that a panic in one does not end the worker. The callers of that
        // turn get an error, because their senders are dropped.
        let _ = tokio::spawn(serve(turn)).await;
        if let Some(owner) = worker_of {
            queue.end_turn(owner);
        }
    }
}
