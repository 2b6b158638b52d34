//! How many turns of a queue each company may have under way.

use std::collections::HashMap;

use super::Owner;

/// The workers that serve a queue, shared between companies.
///
/// A company begins a turn only while more workers are free than it has turns under way. So one company has at most
/// half of the workers, two have at most two thirds, and there is a free worker for the next company.
pub(super) struct Shares {
    free: usize,
    under_way: HashMap<Owner, usize>,
}

impl Shares {
    /// Shares of so many workers, all of them free.
    pub(super) fn of(workers: usize) -> Self {
        Self { free: workers, under_way: HashMap::new() }
    }

    /// Returns true if the owner may begin another turn.
    pub(super) fn may_begin(&self, owner: Owner) -> bool {
        self.under_way.get(&owner).copied().unwrap_or_default() < self.free
    }

    /// Gives the owner a worker.
    pub(super) fn begin(&mut self, owner: Owner) {
        self.free = self.free.saturating_sub(1);
        *self.under_way.entry(owner).or_default() += 1;
    }

    /// Takes a worker of the owner back.
    pub(super) fn end(&mut self, owner: Owner) {
        if let Some(turns) = self.under_way.get_mut(&owner) {
            *turns -= 1;
            if *turns == 0 {
                self.under_way.remove(&owner);
            }
            self.free += 1;
        }
    }
}
