//! What waits in a queue, and the choice of the next turn.

use std::collections::{HashMap, VecDeque};

use tokio::sync::oneshot;

use super::cost::SET_BYTES;
use super::kind::{Mode as _, Owner, QueueKind};
use super::turn::{Callers, Set, SetResult, Turn};
use super::turn_order::TurnOrder;
use super::worker_shares::WorkerShares;
use crate::{Result, StoreError};

/// The maximum number of callers of one company that wait. Further ones are refused.
pub(super) const MAX_WAITING_PER_COMPANY: usize = 4_096;
/// The maximum number of callers of all companies that wait. Further ones are refused.
pub(super) const MAX_WAITING: usize = 65_536;

/// How a queue forms sets.
#[derive(Debug, Clone, Copy)]
pub(super) struct SetRules {
    /// The approximate maximum cost of a set in bytes. A set may exceed it, because the items of the last caller are
    /// not divided.
    pub(super) bytes: u64,
    /// True if items are skipped when their caller stopped waiting, because nobody would get what they read. A write
    /// that was sent is done even if nobody waits for its result.
    pub(super) skips_abandoned: bool,
}

/// What waits in a queue, with a list for each owner.
pub(super) struct QueueState<K: QueueKind> {
    waiting: HashMap<Owner, VecDeque<Waiting<K>>>,
    pub(super) order: TurnOrder,
    /// How the workers are divided. `None` if one company may use all of them.
    pub(super) shares: Option<WorkerShares>,
    callers: usize,
    pub(super) is_closed: bool,
}

/// A caller that waits: with items or with a job.
pub(super) enum Waiting<K: QueueKind> {
    Items { items: Vec<K::Item>, cost: u64, mode: K::Mode, caller: oneshot::Sender<SetResult<K::Output>> },
    Job(K::Job),
}

impl<K: QueueKind> QueueState<K> {
    pub(super) fn new(shares: Option<WorkerShares>) -> Self {
        Self { waiting: HashMap::new(), order: TurnOrder::default(), shares, callers: 0, is_closed: false }
    }

    /// Adds a caller.
    ///
    /// # Errors
    /// Returns an error if the queue is closed or too many callers wait.
    pub(super) fn add(&mut self, owner: Owner, waiting: Waiting<K>) -> Result<()> {
        if self.is_closed {
            return Err(StoreError::unavailable("the store is closed"));
        }
        if self.callers >= MAX_WAITING {
            return Err(StoreError::Overloaded);
        }
        let own = self.waiting.entry(owner).or_default();
        if own.len() >= MAX_WAITING_PER_COMPANY {
            return Err(StoreError::Overloaded);
        }
        if own.is_empty() {
            self.order.arrive(owner);
        }
        own.push_back(waiting);
        self.callers += 1;
        Ok(())
    }

    /// Takes the next turn: a job, or a set. A set takes callers of the owners in turn until it is full or no caller
    /// waits.
    pub(super) fn take_turn(&mut self, rules: SetRules) -> Option<Turn<K>> {
        let mut set =
            Set { worker_owner: None, items: Vec::new(), mode: K::Mode::default(), callers: Callers::new() };
        let mut bytes = 0;
        while bytes < rules.bytes
            && let Some(place) = self.order.first(|owner| may_begin(self.shares.as_ref(), owner))
        {
            let owner = place.owner;
            let own = self.waiting.entry(owner).or_default();
            let needs_own_turn = own.front().is_some_and(Waiting::needs_own_turn);
            if needs_own_turn && !set.callers.is_empty() {
                // It stays first in the order, so the next call takes it.
                break;
            }
            let taken = own.pop_front();
            let waits = !own.is_empty();
            if !waits {
                self.waiting.remove(&owner);
            }
            self.callers -= usize::from(taken.is_some());
            let taken = taken.filter(|taken| !(rules.skips_abandoned && taken.is_abandoned()));
            let cost = taken.as_ref().map_or(0, Waiting::cost);
            self.order.take(place, cost, waits);
            match taken {
                Some(Waiting::Job(job)) => return Some(Turn::Job(job)),
                Some(Waiting::Items { items, mode, caller, .. }) => {
                    if let Some(shares) = &mut self.shares {
                        // A queue with shares has one item in each set, so the set has one owner.
                        shares.begin(owner);
                        set.worker_owner = Some(owner);
                    }
                    set.mode = mode;
                    set.callers.add(items.len(), caller);
                    set.items.extend(items);
                    bytes += cost;
                }
                None => continue,
            }
            if needs_own_turn {
                break;
            }
        }
        (!set.callers.is_empty()).then_some(Turn::Set(set))
    }

    /// Returns true if an owner waits that may begin a turn.
    pub(super) fn has_next(&self) -> bool {
        self.order.any(|owner| may_begin(self.shares.as_ref(), owner))
    }
}

/// Returns true if the owner may begin another turn. If workers are not divided, every owner may.
fn may_begin(shares: Option<&WorkerShares>, owner: Owner) -> bool {
    shares.is_none_or(|shares| shares.may_begin(owner))
}

impl<K: QueueKind> Waiting<K> {
    /// Returns true if it must have a turn of its own: a job, or an exclusive set.
    fn needs_own_turn(&self) -> bool {
        match self {
            Self::Items { mode, .. } => !mode.shares_sets(),
            Self::Job(_) => true,
        }
    }

    /// Returns the cost in bytes. Work with a transaction of its own costs at least as much as a full set.
    fn cost(&self) -> u64 {
        match self {
            Self::Items { cost, .. } if self.needs_own_turn() => SET_BYTES.max(*cost),
            Self::Items { cost, .. } => *cost,
            Self::Job(_) => SET_BYTES,
        }
    }

    /// Returns true if its caller stopped waiting.
    fn is_abandoned(&self) -> bool {
        matches!(self, Self::Items { caller, .. } if caller.is_closed())
    }
}
