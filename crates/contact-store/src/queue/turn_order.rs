//! The order in which owners get turns.
//!
//! Owners share by bytes (start-time fair queueing): each turn postpones the owner's next turn by the bytes that it
//! cost. So if one owner writes one large batch after another, every other owner is served up to as many bytes between
//! two such batches.

use std::collections::{BTreeSet, HashMap};

use super::cost::SET_BYTES;
use super::kind::Owner;

/// The smallest size of [`TurnOrder::earliest`] above which entries that no longer delay their owner are removed.
const MIN_CLEANUP_SIZE: usize = 1_024;

/// The order in which owners get turns.
#[derive(Debug, Default)]
pub(super) struct TurnOrder {
    /// The next turn of each owner that waits.
    waiting: BTreeSet<NextTurn>,
    /// The earliest position of the next turn of each owner that was charged.
    earliest: HashMap<Owner, u64>,
    /// The size of `earliest` above which entries that no longer delay their owner are removed.
    cleanup_size: usize,
    /// The furthest position of a turn that was taken.
    virtual_time: u64,
    arrivals: u64,
}

/// The next turn of an owner that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct NextTurn {
    /// The position of the turn, in bytes.
    at: u64,
    /// Orders turns at the same position: the owner that asked first comes first.
    arrival: u64,
    pub(super) owner: Owner,
}

impl TurnOrder {
    /// Adds an owner that did not wait.
    pub(super) fn arrive(&mut self, owner: Owner) {
        self.enqueue(owner, self.virtual_time);
    }

    /// Returns the first turn whose owner may begin.
    pub(super) fn first(&mut self, may_begin: impl Fn(Owner) -> bool) -> Option<NextTurn> {
        loop {
            let turn = *self.waiting.iter().find(|turn| may_begin(turn.owner))?;
            if self.earliest.get(&turn.owner).is_none_or(|earliest| *earliest <= turn.at) {
                return Some(turn);
            }
            // The owner was charged after this turn was added.
            self.waiting.remove(&turn);
            self.enqueue(turn.owner, turn.at);
        }
    }

    /// Returns true if any waiting owner may begin.
    pub(super) fn any(&self, may_begin: impl Fn(Owner) -> bool) -> bool {
        self.waiting.iter().any(|turn| may_begin(turn.owner))
    }

    /// Takes a turn. If the owner waits for another one, that one is placed `cost` bytes later.
    pub(super) fn take(&mut self, turn: NextTurn, cost: u64, waits: bool) {
        self.waiting.remove(&turn);
        self.virtual_time = self.virtual_time.max(turn.at);
        if waits {
            self.enqueue(turn.owner, turn.at.saturating_add(cost));
        } else if cost >= SET_BYTES {
            // Small turns are not remembered, so that a very large number of owners takes little memory.
            self.charge(turn.owner, cost);
        }
    }

    /// Postpones an owner's next turn.
    pub(super) fn charge(&mut self, owner: Owner, bytes: u64) {
        let earliest = self.earliest.entry(owner).or_default();
        *earliest = self.virtual_time.max(*earliest).saturating_add(bytes);
        if self.earliest.len() > self.cleanup_size {
            let virtual_time = self.virtual_time;
            self.earliest.retain(|_, earliest| *earliest > virtual_time);
            self.cleanup_size = MIN_CLEANUP_SIZE.max(2 * self.earliest.len());
        }
    }

    /// Returns how many owners that do not wait are remembered.
    #[cfg(test)]
    pub(super) fn remembered(&self) -> usize {
        self.earliest.len()
    }

    fn enqueue(&mut self, owner: Owner, at: u64) {
        let at = self.earliest.remove(&owner).map_or(at, |earliest| earliest.max(at));
        self.waiting.insert(NextTurn { at, arrival: self.arrivals, owner });
        self.arrivals += 1;
    }
}
