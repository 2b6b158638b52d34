//! The workers that serve the turns of a queue.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures::FutureExt as _;

use super::{Queue, QueueKind, Turn};

/// A worker that serves turns of a queue.
pub(crate) trait Worker: Send + 'static {
    type Kind: QueueKind;

    /// Serves a turn and sends the results to its callers.
    fn serve(&mut self, turn: Turn<Self::Kind>) -> impl Future<Output = ()> + Send;
}

/// Serves turns until the queue is closed and every caller was served.
pub(crate) async fn serve<W: Worker>(queue: Arc<Queue<W::Kind>>, mut worker: W) {
    while let Some(turn) = queue.next_turn().await {
        let owner = turn.worker_owner();
        // A panic in one turn does not end the worker. The callers of that turn get an error, because their senders
        // are dropped.
        let _ = AssertUnwindSafe(worker.serve(turn)).catch_unwind().await;
        if let Some(owner) = owner {
            queue.end_turn(owner);
        }
    }
}
