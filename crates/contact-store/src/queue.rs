//! Queues items that wait for the database and groups them into sets. The queue is fair between companies, uses no
//! timer, and adds no wait if the database is idle.

mod cost;
mod shares;
mod turns;

use std::collections::{HashMap, VecDeque};
use std::convert::Infallible;
use std::sync::{Mutex, MutexGuard, PoisonError};

use contact_model::CompanyId;
use tokio::sync::{Notify, oneshot};

use crate::StoreError;
use crate::set::fail_all;
pub(crate) use cost::Cost;
use cost::{ITEM_BYTES, SET_BYTES, cost_of, pieces};
use shares::Shares;
use turns::Turns;

/// The most callers of one company that may wait. Further ones are refused.
const WAITING_OF_COMPANY: usize = 4_096;
/// The most callers of all companies that may wait. Further ones are refused.
const WAITING: usize = 65_536;

/// The results of a caller's items.
pub(crate) type Answers<A> = Vec<Result<A, StoreError>>;

/// The results of a caller's items, or the error of the whole set.
pub(crate) type Served<A> = Result<Answers<A>, StoreError>;

/// A queue of items of type `T`, each of which gets a result of type `A`. A caller adds items under terms of type
/// `M`. Callers with the default terms share sets. A caller with other terms gets a set of its own.
///
/// The queue also contains jobs of type `J`. Each job has a turn of its own and sends its result to its caller
/// itself.
pub(crate) struct Queue<T, A, M = (), J = Infallible> {
    lanes: Mutex<Lanes<T, A, M, J>>,
    arrived: Notify,
    /// About the most bytes in a set. A set may exceed it, because the items of the last caller are not divided.
    set_bytes: u64,
    lost: Lost,
}

/// What happens to items whose caller stopped waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lost {
    /// They are served: a write that was sent is done even if nobody waits for its result.
    Served,
    /// They are skipped: nobody would see what they read.
    LeftOut,
}

/// The owner of a turn: a company, or `None` for everything that belongs to no company.
pub(crate) type Owner = Option<CompanyId>;

/// What waits in a queue, one lane for each owner.
struct Lanes<T, A, M, J> {
    waiting: HashMap<Owner, VecDeque<Waiting<T, A, M, J>>>,
    turns: Turns,
    /// How the workers are shared. `None` if one company may use all of them.
    shares: Option<Shares>,
    callers: usize,
    closed: bool,
}

/// A caller that waits in a lane: with items or with a job.
enum Waiting<T, A, M, J> {
    Items { items: Vec<T>, cost: u64, terms: M, answer: oneshot::Sender<Served<A>> },
    Job(J),
}

/// What a worker serves next.
pub(crate) enum Turn<T, A, M = (), J = Infallible> {
    Set(Set<T, A, M>),
    Job(J),
}

impl<T: Cost, A, M: Default + PartialEq, J> Queue<T, A, M, J> {
    /// Returns a queue of items that write.
    pub(crate) fn new() -> Self {
        Self::of_sets(SET_BYTES, Lost::Served, None)
    }

    /// Returns a queue of items that only read.
    pub(crate) fn of_reads() -> Self {
        Self::of_sets(SET_BYTES, Lost::LeftOut, None)
    }

    /// Returns a queue of items that only read and that may each take long, served by the given number of workers.
    /// Each item is served by itself, and one company cannot occupy all workers.
    pub(crate) fn of_single_reads(workers: usize) -> Self {
        Self::of_sets(ITEM_BYTES, Lost::LeftOut, Some(Shares::of(workers)))
    }

    fn of_sets(set_bytes: u64, lost: Lost, shares: Option<Shares>) -> Self {
        let lanes =
            Lanes { waiting: HashMap::new(), turns: Turns::default(), shares, callers: 0, closed: false };
        Self { lanes: Mutex::new(lanes), arrived: Notify::new(), set_bytes, lost }
    }

    /// Waits for turns of the company and returns the results of its items. Items that may share a set are divided
    /// into pieces if they are too large for one set. If a piece fails, the items in later pieces get that error
    /// and are not tried.
    pub(crate) async fn ask(&self, company: Owner, items: Vec<T>, terms: M) -> Answers<A> {
        if items.is_empty() {
            return Vec::new();
        }
        if terms != M::default() || cost_of(&items) <= self.set_bytes {
            return self.ask_once(company, items, terms).await;
        }
        let mut answers = Vec::with_capacity(items.len());
        let mut rest = pieces(items, self.set_bytes);
        while let Some(piece) = rest.next() {
            answers.extend(self.ask_once(company, piece, M::default()).await);
            if let Some(Err(failure)) = answers.last()
                && !failure.is_refusal()
            {
                let untried = StoreError::of_untried(failure);
                answers.extend(fail_all(rest.map(|piece| piece.len()).sum(), &untried));
                break;
            }
        }
        answers
    }

    /// Waits for a turn of the company and returns the results of its items, which run in a set of their own unless
    /// their terms are the default.
    ///
    /// # Errors
    /// Returns the error or the refusal of the set as a whole.
    pub(crate) async fn ask_whole(&self, company: Owner, items: Vec<T>, terms: M) -> Served<A> {
        let (answer, answers) = oneshot::channel();
        self.add(company, Waiting::Items { cost: cost_of(&items), items, terms, answer })?;
        answers.await.unwrap_or_else(|_| Err(StoreError::unavailable("the set was not served")))
    }

    /// Waits for a turn of the company and returns the result of a job. `job` builds the job from the sender that
    /// the job uses to return its result.
    ///
    /// # Errors
    /// Returns the error of the job, or an error if too many callers wait.
    pub(crate) async fn ask_job<R>(
        &self,
        company: Owner,
        job: impl FnOnce(oneshot::Sender<Result<R, StoreError>>) -> J,
    ) -> Result<R, StoreError> {
        let (answer, answered) = oneshot::channel();
        self.add(company, Waiting::Job(job(answer)))?;
        answered.await.unwrap_or_else(|_| Err(StoreError::unavailable("the work was not done")))
    }

    fn add(&self, company: Owner, waiting: Waiting<T, A, M, J>) -> Result<(), StoreError> {
        self.lanes().add(company, waiting)?;
        self.arrived.notify_one();
        Ok(())
    }

    async fn ask_once(&self, company: Owner, items: Vec<T>, terms: M) -> Answers<A> {
        let count = items.len();
        let answers = self.ask_whole(company, items, terms).await;
        answers.unwrap_or_else(|failure| fail_all(count, &failure))
    }

    /// Waits for the next turn and returns it: a job, or a set. A set takes callers of the companies in turn until
    /// it is full or no caller waits. Returns `None` if the queue is closed and every caller was served.
    ///
    /// This is cancel safe: nothing is lost if the future is dropped.
    pub(crate) async fn next_turn(&self) -> Option<Turn<T, A, M, J>> {
        loop {
            let arrived = self.arrived.notified();
            {
                let mut lanes = self.lanes();
                if let Some(turn) = lanes.take_turn(self.set_bytes, self.lost) {
                    if lanes.has_next() {
                        // Another worker of this queue can take the rest.
                        self.arrived.notify_one();
                    }
                    return Some(turn);
                }
                if lanes.closed {
                    self.arrived.notify_one();
                    return None;
                }
            }
            arrived.await;
        }
    }

    /// Ends a turn, so that its owner may begin another one.
    pub(crate) fn end_turn(&self, owner: Owner) {
        if let Some(shares) = &mut self.lanes().shares {
            shares.end(owner);
        }
    }

    /// Postpones the owner's next turn by bytes that were unknown when its last turn was taken.
    pub(crate) fn charge(&self, owner: Owner, bytes: usize) {
        self.lanes().turns.charge(owner, bytes.try_into().unwrap_or(u64::MAX));
    }

    /// Closes the queue to further callers.
    pub(crate) fn close(&self) {
        self.lanes().closed = true;
        self.arrived.notify_one();
    }

    fn lanes(&self) -> MutexGuard<'_, Lanes<T, A, M, J>> {
        // Code that holds the lock cannot leave the lanes half changed, so a poisoned lock is usable.
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T, A, M: Default + PartialEq, J> Lanes<T, A, M, J> {
    fn add(&mut self, company: Owner, waiting: Waiting<T, A, M, J>) -> Result<(), StoreError> {
        if self.closed {
            return Err(StoreError::unavailable("the store is closed"));
        }
        if self.callers >= WAITING {
            return Err(StoreError::Overloaded);
        }
        let lane = self.waiting.entry(company).or_default();
        if lane.len() >= WAITING_OF_COMPANY {
            return Err(StoreError::Overloaded);
        }
        if lane.is_empty() {
            self.turns.arrive(company);
        }
        lane.push_back(waiting);
        self.callers += 1;
        Ok(())
    }

    fn take_turn(&mut self, set_bytes: u64, lost: Lost) -> Option<Turn<T, A, M, J>> {
        let mut set =
            Set { worker_of: None, items: Vec::new(), terms: M::default(), callers: Callers(Vec::new()) };
        let mut bytes = 0;
        while bytes < set_bytes
            && let Some(turn) = self.turns.first(|owner| may_begin(self.shares.as_ref(), owner))
        {
            let owner = turn.owner;
            let lane = self.waiting.entry(owner).or_default();
            let is_alone = lane.front().is_some_and(Waiting::is_alone);
            if is_alone && !set.callers.0.is_empty() {
                // Its turn comes first in the next call, as a turn of its own.
                break;
            }
            let taken = lane.pop_front();
            let waits = !lane.is_empty();
            if !waits {
                self.waiting.remove(&owner);
            }
            self.callers -= usize::from(taken.is_some());
            let taken = taken.filter(|taken| lost == Lost::Served || !taken.is_gone());
            let cost = taken.as_ref().map_or(0, Waiting::cost);
            self.turns.take(turn, cost, waits);
            match taken {
                Some(Waiting::Job(job)) => return Some(Turn::Job(job)),
                Some(Waiting::Items { items, terms, answer, .. }) => {
                    if let Some(shares) = &mut self.shares {
                        shares.begin(owner);
                        set.worker_of = Some(owner);
                    }
                    set.terms = terms;
                    set.callers.0.push((items.len(), answer));
                    set.items.extend(items);
                    bytes += cost;
                }
                None => continue,
            }
            if is_alone {
                break;
            }
        }
        (!set.callers.0.is_empty()).then_some(Turn::Set(set))
    }

    /// Returns true if an owner waits that may begin a turn.
    fn has_next(&self) -> bool {
        self.turns.any(|owner| may_begin(self.shares.as_ref(), owner))
    }
}

/// Returns true if the owner may begin another turn. If workers are not shared, every owner may.
fn may_begin(shares: Option<&Shares>, owner: Owner) -> bool {
    shares.is_none_or(|shares| shares.may_begin(owner))
}

impl<T, A, M: Default + PartialEq, J> Waiting<T, A, M, J> {
    /// Returns true if it must have a turn of its own.
    fn is_alone(&self) -> bool {
        match self {
            Self::Items { terms, .. } => *terms != M::default(),
            Self::Job(_) => true,
        }
    }

    /// Returns the bytes that it counts. Anything with a transaction of its own counts at least as much as a full
    /// set.
    fn cost(&self) -> u64 {
        match self {
            Self::Items { cost, .. } if self.is_alone() => SET_BYTES.max(*cost),
            Self::Items { cost, .. } => *cost,
            Self::Job(_) => SET_BYTES,
        }
    }

    /// Returns true if its caller stopped waiting.
    fn is_gone(&self) -> bool {
        matches!(self, Self::Items { answer, .. } if answer.is_closed())
    }
}

impl<T, A, M, J> Turn<T, A, M, J> {
    /// Returns the owner to pass to [`Queue::end_turn`] after the turn, if the workers of the queue are shared.
    pub(crate) fn worker_of(&self) -> Option<Owner> {
        match self {
            Self::Set(set) => set.worker_of,
            Self::Job(_) => None,
        }
    }
}

/// Items that are served together: of several callers, or of only one if its terms are not the default.
pub(crate) struct Set<T, A, M = ()> {
    /// The owner that occupies a worker until the turn ends, if workers are shared.
    worker_of: Option<Owner>,
    pub(crate) items: Vec<T>,
    pub(crate) terms: M,
    pub(crate) callers: Callers<A>,
}

/// The callers that wait for the results of a set.
pub(crate) struct Callers<A>(Vec<(usize, oneshot::Sender<Served<A>>)>);

impl<A> Callers<A> {
    /// Waits until every caller has stopped waiting.
    pub(crate) async fn gone(&mut self) {
        for (_, caller) in &mut self.0 {
            caller.closed().await;
        }
    }

    /// Sends each caller the results of its items.
    pub(crate) fn answer(self, outcome: Result<Answers<A>, StoreError>) {
        let mut outcome = outcome.map(Vec::into_iter);
        for (count, caller) in self.0 {
            let answers = match &mut outcome {
                Ok(answers) => Ok(answers.by_ref().take(count).collect()),
                Err(failure) => Err(StoreError::of_set(failure)),
            };
            // The send fails if the caller stopped waiting. Its items were served all the same.
            let _ = caller.send(answers);
        }
    }
}

#[cfg(test)]
mod tests;
