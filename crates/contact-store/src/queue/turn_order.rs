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
    /// The place of each owner that waits.
    waiting: BTreeSet<Place>,
    /// The earliest position of the next turn of each owner that was charged.
    earliest: HashMap<Owner, u64>,
    /// The size of `earliest` above which entries that no longer delay their owner are removed.
    cleanup_size: usize,
    /// The furthest position of a turn that was taken.
    virtual_time: u64,
    arrivals: u64,
}

/// The place of a waiting owner in the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// The position, in bytes.
    at: u64,
    /// Orders places at the same position: the owner that asked first comes first.
    arrival: u64,
    pub(super) owner: Owner,
}

impl TurnOrder {
    /// Adds an owner that did not wait.
    pub(super) fn arrive(&mut self, owner: Owner) {
        self.enqueue(owner, self.virtual_time);
    }

    /// Returns the first place whose owner may begin.
    pub(super) fn first(&mut self, may_begin: impl Fn(Owner) -> bool) -> Option<Place> {
        loop {
            let place = *self.waiting.iter().find(|place| may_begin(place.owner))?;
            if self.earliest.get(&place.owner).is_none_or(|earliest| *earliest <= place.at) {
                return Some(place);
            }
            // The owner was charged after this place was added.
            self.waiting.remove(&place);
            self.enqueue(place.owner, place.at);
        }
    }

    /// Returns true if any waiting owner may begin.
    pub(super) fn any(&self, may_begin: impl Fn(Owner) -> bool) -> bool {
        self.waiting.iter().any(|place| may_begin(place.owner))
    }

    /// Takes the owner at this place. If the owner still waits, its next place is `cost` bytes later.
    pub(super) fn take(&mut self, place: Place, cost: u64, waits: bool) {
        self.waiting.remove(&place);
        self.virtual_time = self.virtual_time.max(place.at);
        if waits {
            self.enqueue(place.owner, place.at.saturating_add(cost));
        } else if cost >= SET_BYTES {
            // Small turns are not remembered, so that a very large number of owners takes little memory.
            self.charge(place.owner, cost);
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
        self.waiting.insert(Place { at, arrival: self.arrivals, owner });
        self.arrivals += 1;
    }
}
