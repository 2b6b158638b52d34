//! Items that wait for the database, and how they become sets: fairly between companies, with no
//! timer and no added wait where the database is idle.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use contact_model::CompanyId;
use tokio::sync::{Notify, oneshot};

use crate::StoreError;
use crate::set::{Bond, fail_all};

/// Items that one set carries at most, or nearly so: the last caller's are not divided. Larger ones are
/// no faster, and whoever comes next waits for the whole of them. A caller with more takes a turn for
/// each piece of this size, unless all or none of its items are to be done.
const SET_SIZE: usize = 128;
/// Callers of one company that may wait before further ones are turned away.
const WAITING_OF_COMPANY: usize = 4_096;
/// Callers of all companies that may wait before further ones are turned away.
const WAITING: usize = 65_536;

/// The answers to a caller's items.
pub(crate) type Answers<A> = Vec<Result<A, StoreError>>;

/// Items of type `T` that wait to be answered with an `A` each.
pub(crate) struct Queue<T, A> {
    lanes: Mutex<Lanes<T, A>>,
    arrived: Notify,
}

struct Lanes<T, A> {
    waiting: HashMap<CompanyId, VecDeque<Waiting<T, A>>>,
    /// The companies that wait, in the order of their turns.
    turns: VecDeque<CompanyId>,
    callers: usize,
    closed: bool,
}

struct Waiting<T, A> {
    items: Vec<T>,
    bond: Bond,
    answer: oneshot::Sender<Answers<A>>,
}

impl<T, A> Queue<T, A> {
    pub(crate) fn new() -> Self {
        let lanes = Lanes { waiting: HashMap::new(), turns: VecDeque::new(), callers: 0, closed: false };
        Self { lanes: Mutex::new(lanes), arrived: Notify::new() }
    }

    /// Waits for turns of the company and for the answers to its items, each of which is done by itself.
    /// Where a piece of them fails, those behind it are told so and not tried.
    pub(crate) async fn ask(&self, company: CompanyId, items: Vec<T>) -> Answers<A> {
        if items.len() <= SET_SIZE {
            return self.ask_once(company, items, Bond::Free).await;
        }
        let mut answers = Vec::with_capacity(items.len());
        let mut rest = items.into_iter();
        while rest.len() > 0 {
            let piece = rest.by_ref().take(SET_SIZE).collect();
            answers.extend(self.ask_once(company, piece, Bond::Free).await);
            if let Some(Err(failure)) = answers.last()
                && !failure.is_refusal()
            {
                let untried = StoreError::of_untried(failure);
                answers.extend(fail_all(rest.len(), &untried));
                break;
            }
        }
        answers
    }

    /// Waits for a turn of the company and for the answers to its items, of which all or none are done, in
    /// a set of their own.
    pub(crate) async fn ask_all_or_none(&self, company: CompanyId, items: Vec<T>) -> Answers<A> {
        self.ask_once(company, items, Bond::AllOrNone).await
    }

    async fn ask_once(&self, company: CompanyId, items: Vec<T>, bond: Bond) -> Answers<A> {
        let count = items.len();
        let (answer, answers) = oneshot::channel();
        if let Err(refusal) = self.lanes().add(company, Waiting { items, bond, answer }) {
            return fail_all(count, &refusal);
        }
        self.arrived.notify_one();
        match answers.await {
            Ok(answers) => answers,
            Err(_) => fail_all(count, &StoreError::unavailable("the writer stopped")),
        }
    }

    /// The next set, once anyone waits: a caller of each company in turn, until the set is full or
    /// no one waits. `None` where the queue is closed and everyone was served.
    ///
    /// Nothing is lost where this is no longer waited for.
    pub(crate) async fn next_set(&self) -> Option<Set<T, A>> {
        loop {
            let arrived = self.arrived.notified();
            {
                let mut lanes = self.lanes();
                if let Some(set) = lanes.take_set() {
                    if !lanes.turns.is_empty() {
                        // Another one who serves this queue can take the rest.
                        self.arrived.notify_one();
                    }
                    return Some(set);
                }
                if lanes.closed {
                    self.arrived.notify_one();
                    return None;
                }
            }
            arrived.await;
        }
    }

    /// Takes no further callers.
    pub(crate) fn close(&self) {
        self.lanes().closed = true;
        self.arrived.notify_one();
    }

    fn lanes(&self) -> MutexGuard<'_, Lanes<T, A>> {
        // Nothing that holds the lock can leave the lanes half changed.
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T, A> Lanes<T, A> {
    fn add(&mut self, company: CompanyId, waiting: Waiting<T, A>) -> Result<(), StoreError> {
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
            self.turns.push_back(company);
        }
        lane.push_back(waiting);
        self.callers += 1;
        Ok(())
    }

    fn take_set(&mut self) -> Option<Set<T, A>> {
        let mut set = Set { items: Vec::new(), bond: Bond::Free, callers: Callers(Vec::new()) };
        while set.items.len() < SET_SIZE
            && let Some(company) = self.turns.pop_front()
        {
            let Some(lane) = self.waiting.get_mut(&company) else { continue };
            let is_alone = lane.front().is_some_and(|waiting| waiting.bond == Bond::AllOrNone);
            if is_alone && !set.callers.0.is_empty() {
                // Its turn comes first in the next set, which is its own.
                self.turns.push_front(company);
                break;
            }
            if let Some(waiting) = lane.pop_front() {
                self.callers -= 1;
                set.bond = waiting.bond;
                set.callers.0.push((waiting.items.len(), waiting.answer));
                set.items.extend(waiting.items);
            }
            if lane.is_empty() {
                self.waiting.remove(&company);
            } else {
                self.turns.push_back(company);
            }
            if is_alone {
                break;
            }
        }
        (!set.callers.0.is_empty()).then_some(set)
    }
}

/// Items of several callers that are served together; of one alone where all or none are to be done.
pub(crate) struct Set<T, A> {
    pub(crate) items: Vec<T>,
    pub(crate) bond: Bond,
    pub(crate) callers: Callers<A>,
}

/// Who waits for the answers to a set.
pub(crate) struct Callers<A>(Vec<(usize, oneshot::Sender<Answers<A>>)>);

impl<A> Callers<A> {
    /// Gives each caller the answers to its items.
    pub(crate) fn answer(self, outcome: Result<Answers<A>, StoreError>) {
        let mut outcome = outcome.map(Vec::into_iter);
        for (count, caller) in self.0 {
            let answers = match &mut outcome {
                Ok(answers) => answers.by_ref().take(count).collect(),
                Err(failure) => fail_all(count, failure),
            };
            // A caller that went away does not mind; its items were served all the same.
            let _ = caller.send(answers);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use futures::executor::block_on;
    use futures::future::join_all;
    use uuid::Uuid;

    use super::*;

    type Numbers = Queue<u32, u32>;

    fn company(number: u128) -> CompanyId {
        CompanyId(Uuid::from_u128(number))
    }

    /// Lets a caller wait in the queue, and keeps what it would be answered with.
    fn wait(queue: &Numbers, company: CompanyId, items: Vec<u32>) -> oneshot::Receiver<Answers<u32>> {
        let (answer, answers) = oneshot::channel();
        queue.lanes().add(company, Waiting { items, bond: Bond::Free, answer }).unwrap();
        answers
    }

    #[test]
    fn a_company_that_floods_does_not_starve_another() {
        let queue = Numbers::new();
        let (flood, other) = (company(1), company(2));
        let mut turns = Vec::new();
        for _ in 0..20 {
            // The flood: 256 connections, each of which asks again as soon as it is answered.
            let _flood: Vec<_> = (0..256).map(|_| wait(&queue, flood, vec![1])).collect();
            // The other: one connection, whose request comes while a set of the flood is under way.
            block_on(queue.next_set()).unwrap();
            let _other = wait(&queue, other, vec![2]);
            let own = (1..).find(|_| block_on(queue.next_set()).unwrap().items.contains(&2));
            turns.push(1 + own.unwrap());
        }
        turns.sort_unstable();
        let alone = 1;
        assert!(turns[turns.len() / 2] <= 3 * alone, "{turns:?}");
        assert!(turns[turns.len() - 1] <= 3 * alone, "{turns:?}");
    }

    #[test]
    fn companies_take_turns_and_keep_their_own_order() {
        let queue = Numbers::new();
        let _waiting: Vec<_> = [(1, 10), (1, 11), (1, 12), (2, 20), (3, 30), (3, 31)]
            .into_iter()
            .map(|(number, item)| wait(&queue, company(number), vec![item]))
            .collect();
        assert_eq!(block_on(queue.next_set()).unwrap().items, [10, 20, 30, 11, 31, 12]);
    }

    #[test]
    fn a_set_is_bounded_and_the_rest_keeps_waiting() {
        let queue = Numbers::new();
        let _waiting: Vec<_> = (0..SET_SIZE as u32 + 5).map(|n| wait(&queue, company(1), vec![n])).collect();
        assert_eq!(block_on(queue.next_set()).unwrap().items.len(), SET_SIZE);
        assert_eq!(block_on(queue.next_set()).unwrap().items.len(), 5);
    }

    #[test]
    fn a_flood_is_turned_away_and_others_are_not() {
        let queue = Numbers::new();
        let _flood: Vec<_> = (0..WAITING_OF_COMPANY).map(|_| wait(&queue, company(1), vec![1])).collect();
        let refused = block_on(queue.ask(company(1), vec![1, 2]));
        assert!(matches!(refused[..], [Err(StoreError::Overloaded), Err(StoreError::Overloaded)]));
        let _other = wait(&queue, company(2), vec![2]);
    }

    #[test]
    fn each_caller_gets_the_answers_to_its_own_items() {
        let queue = Arc::new(Numbers::new());
        let server = Arc::clone(&queue);
        let serving = std::thread::spawn(move || {
            while let Some(Set { items, callers, .. }) = block_on(server.next_set()) {
                callers.answer(Ok(items.into_iter().map(|item| Ok(item * 2)).collect()));
            }
        });
        let answers =
            block_on(join_all((0..100).map(|n| queue.ask(company(u128::from(n % 7)), vec![n, n + 1]))));
        for (n, answers) in (0..).zip(answers) {
            let answers: Vec<u32> = answers.into_iter().map(Result::unwrap).collect();
            assert_eq!(answers, [n * 2, n * 2 + 2]);
        }
        queue.close();
        serving.join().unwrap();
        assert!(block_on(queue.ask(company(1), vec![1]))[0].is_err());
    }

    #[test]
    fn who_wants_all_or_none_has_a_set_alone_and_its_turn_like_others() {
        let queue = Numbers::new();
        let _waiting: Vec<_> =
            [(1, 10, Bond::Free), (2, 20, Bond::AllOrNone), (3, 30, Bond::Free), (2, 21, Bond::Free)]
                .into_iter()
                .map(|(number, item, bond)| {
                    let (answer, answers) = oneshot::channel();
                    let waiting = Waiting { items: vec![item; 200], bond, answer };
                    queue.lanes().add(company(number), waiting).unwrap();
                    answers
                })
                .collect();
        for (item, bond) in [(10, Bond::Free), (20, Bond::AllOrNone), (30, Bond::Free), (21, Bond::Free)] {
            let set = block_on(queue.next_set()).unwrap();
            assert_eq!((set.items, set.bond), (vec![item; 200], bond));
        }
        let _waiting: Vec<_> = [(1, Bond::Free), (2, Bond::AllOrNone), (3, Bond::Free)]
            .into_iter()
            .map(|(number, bond)| {
                let (answer, answers) = oneshot::channel();
                queue.lanes().add(company(number), Waiting { items: vec![1], bond, answer }).unwrap();
                answers
            })
            .collect();
        let bonds: Vec<_> = (0..3).map(|_| block_on(queue.next_set()).unwrap().bond).collect();
        assert_eq!(bonds, [Bond::Free, Bond::AllOrNone, Bond::Free], "small ones are not gathered with it");
    }

    #[test]
    fn a_caller_of_many_items_takes_a_turn_for_each_piece() {
        let queue = Arc::new(Numbers::new());
        let server = Arc::clone(&queue);
        let serving = std::thread::spawn(move || {
            let mut sizes = Vec::new();
            while let Some(Set { items, callers, .. }) = block_on(server.next_set()) {
                sizes.push(items.len());
                let failed = items.contains(&999);
                let answers = items.into_iter().map(|item| Ok(item * 2)).collect();
                callers.answer(if failed { Err(StoreError::unavailable("full")) } else { Ok(answers) });
            }
            sizes
        });
        let answers = block_on(queue.ask(company(1), (0..300).collect()));
        let answers: Vec<u32> = answers.into_iter().map(Result::unwrap).collect();
        assert_eq!(answers, (0..300).map(|n| n * 2).collect::<Vec<_>>());
        let answers = block_on(queue.ask(company(1), (900..1_200).collect()));
        assert_eq!(answers.len(), 300);
        assert!(answers.iter().all(Result::is_err), "the first piece failed, so the others are not tried");
        queue.close();
        assert_eq!(serving.join().unwrap(), [128, 128, 44, 128]);
    }

    #[test]
    fn a_failed_set_fails_every_item_of_it() {
        let queue = Numbers::new();
        let mut one = wait(&queue, company(1), vec![1, 2]);
        let mut two = wait(&queue, company(2), vec![3]);
        let set = block_on(queue.next_set()).unwrap();
        set.callers.answer(Err(StoreError::unavailable("the disk is full")));
        assert!(one.try_recv().unwrap().iter().all(Result::is_err));
        assert_eq!(two.try_recv().unwrap().len(), 1);
    }
}
