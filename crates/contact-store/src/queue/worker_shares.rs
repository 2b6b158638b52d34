//! Limits how many turns of a queue each company may have running at once.

use std::collections::HashMap;

use super::kind::Owner;

/// Divides the workers of a queue between companies.
///
/// A company may begin a turn only if more workers are free than it has turns running. So one company uses at most
/// half of the workers, two companies use at most two thirds, and a worker stays free for the next company.
pub(super) struct WorkerShares {
    free: usize,
    running: HashMap<Owner, usize>,
}

impl WorkerShares {
    /// Creates shares of the given number of workers, all of them free.
    pub(super) fn new(workers: usize) -> Self {
        Self { free: workers, running: HashMap::new() }
    }

    /// Returns true if the owner may begin another turn.
    pub(super) fn may_begin(&self, owner: Owner) -> bool {
        self.running.get(&owner).copied().unwrap_or_default() < self.free
    }

    /// Assigns a worker to the owner.
    pub(super) fn begin(&mut self, owner: Owner) {
        self.free = self.free.saturating_sub(1);
        *self.running.entry(owner).or_default() += 1;
    }

    /// Releases a worker of the owner.
    pub(super) fn end(&mut self, owner: Owner) {
        if let Some(turns) = self.running.get_mut(&owner) {
            *turns -= 1;
            if *turns == 0 {
                self.running.remove(&owner);
            }
            self.free += 1;
        }
    }
}
