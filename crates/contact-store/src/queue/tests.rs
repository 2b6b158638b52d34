//! Tests of turns, sets and results.

use std::sync::Arc;

use contact_model::KeyedRequest;
use futures::FutureExt as _;
use futures::executor::block_on;
use futures::future::join_all;
use uuid::Uuid;

use super::*;
use crate::contacts::write::SetIdempotency;
use crate::contacts::write_terms::{Bond, Terms};
use crate::set::End;

/// A queue of numbers. Jobs are texts, to distinguish them from items.
type Numbers = Queue<u32, u32, Terms, &'static str>;

fn company(number: u128) -> Option<CompanyId> {
    Some(CompanyId(Uuid::from_u128(number)))
}

impl Cost for u32 {}

impl Cost for () {}

/// An item with the given number of bytes.
struct Sized(usize);

impl Cost for Sized {
    fn bytes(&self) -> usize {
        self.0
    }
}

const MEBIBYTE: usize = 1024 * 1024;

/// The number of smallest items that fill a set.
const SET_SIZE: usize = (SET_BYTES / ITEM_BYTES) as usize;

/// The terms of items that run in a transaction of their own.
const UNDIVIDED: Terms = Terms { bond: Bond::AllOrNone, ..Terms::SHARED };

/// Returns the next turn, which must be a set.
fn next_set(queue: &Numbers) -> Set<u32, u32, Terms> {
    match block_on(queue.next_turn()) {
        Some(Turn::Set(set)) => set,
        Some(Turn::Job(job)) => panic!("{job}"),
        None => panic!("the queue is closed"),
    }
}

/// Adds a caller to the queue and returns the receiver of its results.
fn wait(queue: &Numbers, company: Option<CompanyId>, items: Vec<u32>) -> oneshot::Receiver<Served<u32>> {
    let (answer, answers) = oneshot::channel();
    queue.lanes().add(company, waiting(items, Terms::SHARED, answer)).unwrap();
    answers
}

fn waiting<T: Cost, J>(
    items: Vec<T>,
    terms: Terms,
    answer: oneshot::Sender<Served<u32>>,
) -> Waiting<T, u32, Terms, J> {
    Waiting::Items { cost: cost_of(&items), items, terms, answer }
}

async fn ask(queue: &Numbers, number: u128, items: Vec<u32>) -> Answers<u32> {
    queue.ask(company(number), items, Terms::SHARED).await
}

fn once() -> SetIdempotency {
    let request = KeyedRequest { company_id: company(2).unwrap(), name: [1; 32], fingerprint: [2; 32] };
    SetIdempotency {
        request,
        make_response: Arc::new(|_| Err(Arc::new(StoreError::Overloaded))),
        quota: u64::MAX,
    }
}

#[test]
fn a_company_that_floods_does_not_starve_another() {
    let queue = Numbers::new();
    let (flood, other) = (company(1), company(2));
    let mut turns = Vec::new();
    for _ in 0..20 {
        // The flood: 256 connections, each of which sends the next request as soon as it gets a result.
        let _flood: Vec<_> = (0..256).map(|_| wait(&queue, flood, vec![1])).collect();
        // The other company: one connection, whose request arrives while a set of the flood runs.
        next_set(&queue);
        let _other = wait(&queue, other, vec![2]);
        let own = (1..).find(|_| next_set(&queue).items.contains(&2));
        turns.push(1 + own.unwrap());
    }
    turns.sort_unstable();
    let alone = 1;
    assert!(turns[turns.len() / 2] <= 3 * alone, "{turns:?}");
    assert!(turns[turns.len() - 1] <= 3 * alone, "{turns:?}");
}

#[test]
fn a_company_that_floods_with_jobs_does_not_starve_another() {
    let queue = Numbers::new();
    for flood in [company(1), None] {
        for _ in 0..100 {
            queue.add(flood, Waiting::Job("flood")).unwrap();
        }
    }
    // While jobs of the flood run, another company asks. Its turn comes after at most two others.
    let turns: Vec<_> = (0..20)
        .map(|_| {
            block_on(queue.next_turn()).unwrap();
            let _other = wait(&queue, company(2), vec![2]);
            1 + (0..).find(|_| matches!(block_on(queue.next_turn()), Some(Turn::Set(_)))).unwrap()
        })
        .collect();
    assert!(turns.iter().all(|turns| *turns <= 3), "{turns:?}");
}

#[test]
fn a_job_has_a_turn_alone_and_in_the_order_of_its_company() {
    let queue = Numbers::new();
    let _before = [wait(&queue, company(1), vec![10]), wait(&queue, company(2), vec![20])];
    queue.add(company(1), Waiting::Job("of 1")).unwrap();
    queue.add(None, Waiting::Job("of no one")).unwrap();
    let _behind = [wait(&queue, company(1), vec![11]), wait(&queue, company(2), vec![21])];
    let turns: Vec<_> = (0..4)
        .map(|_| match block_on(queue.next_turn()).unwrap() {
            Turn::Set(set) => format!("{:?}", set.items),
            Turn::Job(job) => job.to_owned(),
        })
        .collect();
    assert_eq!(turns, ["[10, 20]", "of no one", "of 1", "[21, 11]"]);
}

#[test]
fn companies_take_turns_and_keep_their_own_order() {
    let queue = Numbers::new();
    let _waiting: Vec<_> = [(1, 10), (1, 11), (1, 12), (2, 20), (3, 30), (3, 31)]
        .into_iter()
        .map(|(number, item)| wait(&queue, company(number), vec![item]))
        .collect();
    assert_eq!(next_set(&queue).items, [10, 20, 30, 11, 31, 12]);
}

#[test]
fn items_that_gain_nothing_together_are_served_one_at_a_time_and_in_turn() {
    let queue = Numbers::of_single_reads(4);
    let _waiting: Vec<_> =
        [(1, 10), (1, 11), (2, 20)].map(|(of, n)| wait(&queue, company(of), vec![n])).into_iter().collect();
    let served: Vec<_> = (0..3).map(|_| next_set(&queue).items).collect();
    assert_eq!(served, [vec![10], vec![20], vec![11]]);
}

#[test]
fn a_set_is_bounded_and_the_rest_keeps_waiting() {
    let queue = Numbers::new();
    let _waiting: Vec<_> = (0..SET_SIZE as u32 + 5).map(|n| wait(&queue, company(1), vec![n])).collect();
    assert_eq!(next_set(&queue).items.len(), SET_SIZE);
    assert_eq!(next_set(&queue).items.len(), 5);
}

#[test]
fn a_flood_is_turned_away_and_others_are_not() {
    let queue = Numbers::new();
    let _flood: Vec<_> = (0..WAITING_OF_COMPANY).map(|_| wait(&queue, company(1), vec![1])).collect();
    let refused = block_on(ask(&queue, 1, vec![1, 2]));
    assert!(matches!(refused[..], [Err(StoreError::Overloaded), Err(StoreError::Overloaded)]));
    let refused = block_on(queue.ask_job::<()>(company(1), |_| "one more"));
    assert!(matches!(refused, Err(StoreError::Overloaded)), "a job waits among the others");
    let _other = wait(&queue, company(2), vec![2]);
}

#[test]
fn a_flood_of_jobs_is_turned_away_too() {
    let queue = Numbers::new();
    let all = WAITING / WAITING_OF_COMPANY;
    for company in (0..all as u128).map(company) {
        (0..WAITING_OF_COMPANY).for_each(|_| queue.add(company, Waiting::Job("flood")).unwrap());
        assert!(matches!(queue.add(company, Waiting::Job("more")), Err(StoreError::Overloaded)));
    }
    assert!(matches!(queue.add(None, Waiting::Job("of no one")), Err(StoreError::Overloaded)));
}

#[test]
fn each_caller_gets_the_answers_to_its_own_items() {
    let queue = Arc::new(Numbers::new());
    let server = Arc::clone(&queue);
    let serving = std::thread::spawn(move || {
        while let Some(Turn::Set(Set { items, callers, .. })) = block_on(server.next_turn()) {
            callers.answer(Ok(items.into_iter().map(|item| Ok(item * 2)).collect()));
        }
    });
    let answers = block_on(join_all((0..100).map(|n| ask(&queue, u128::from(n % 7), vec![n, n + 1]))));
    for (n, answers) in (0..).zip(answers) {
        let answers: Vec<u32> = answers.into_iter().map(Result::unwrap).collect();
        assert_eq!(answers, [n * 2, n * 2 + 2]);
    }
    queue.close();
    serving.join().unwrap();
    assert!(block_on(ask(&queue, 1, vec![1]))[0].is_err());
}

#[test]
fn who_wants_terms_of_its_own_has_a_set_alone_and_its_turn_like_others() {
    let all_or_none = Terms { bond: Bond::AllOrNone, ..Terms::SHARED };
    let dry_run = Terms { end: End::Rollback, ..Terms::SHARED };
    let once = Terms { idempotency: Some(once()), ..Terms::SHARED };
    for own in [all_or_none, dry_run, once] {
        let queue = Numbers::new();
        let wait = |queue: &Numbers, number, items, terms| {
            let (answer, answers) = oneshot::channel();
            queue.lanes().add(company(number), waiting(items, terms, answer)).unwrap();
            answers
        };
        let many = |item| vec![item; 200];
        let callers =
            [(1, 10, Terms::SHARED), (2, 20, own.clone()), (3, 30, Terms::SHARED), (2, 21, Terms::SHARED)];
        let _waiting = callers.clone().map(|(number, item, terms)| wait(&queue, number, many(item), terms));
        for (_, item, terms) in callers {
            let set = next_set(&queue);
            assert_eq!((set.items, set.terms), (many(item), terms));
        }
        let queue = Numbers::new();
        let callers = [(1, Terms::SHARED), (2, own), (3, Terms::SHARED)];
        let _waiting = callers.clone().map(|(number, terms)| wait(&queue, number, vec![1], terms));
        let served = [(); 3].map(|()| next_set(&queue).terms);
        assert_eq!(served, callers.map(|(_, terms)| terms), "small ones are not gathered with it");
    }
}

#[test]
fn what_is_on_terms_of_its_own_is_never_divided() {
    let queue = Arc::new(Numbers::new());
    for own in [
        Terms { bond: Bond::AllOrNone, ..Terms::SHARED },
        Terms { end: End::Rollback, ..Terms::SHARED },
        Terms { idempotency: Some(once()), ..Terms::SHARED },
    ] {
        let (asking, items) = (Arc::clone(&queue), (0..1_000).collect());
        let asked = std::thread::spawn(move || block_on(asking.ask(company(1), items, own)));
        let Set { items, callers, .. } = next_set(&queue);
        assert_eq!(items.len(), 1_000);
        callers.answer(Ok(items.into_iter().map(Ok).collect()));
        assert_eq!(asked.join().unwrap().len(), 1_000);
    }
}

#[test]
fn a_caller_of_many_items_takes_a_turn_for_each_piece() {
    let queue = Arc::new(Numbers::new());
    let server = Arc::clone(&queue);
    let serving = std::thread::spawn(move || {
        let mut sizes = Vec::new();
        while let Some(Turn::Set(Set { items, callers, .. })) = block_on(server.next_turn()) {
            sizes.push(items.len());
            let failed = items.contains(&999);
            let answers = items.into_iter().map(|item| Ok(item * 2)).collect();
            callers.answer(if failed { Err(StoreError::unavailable("full")) } else { Ok(answers) });
        }
        sizes
    });
    let answers = block_on(ask(&queue, 1, (0..300).collect()));
    let answers: Vec<u32> = answers.into_iter().map(Result::unwrap).collect();
    assert_eq!(answers, (0..300).map(|n| n * 2).collect::<Vec<_>>());
    let answers = block_on(ask(&queue, 1, (900..1_200).collect()));
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
    let set = next_set(&queue);
    set.callers.answer(Err(StoreError::unavailable("the disk is full")));
    assert!(one.try_recv().unwrap().is_err());
    assert!(two.try_recv().unwrap().is_err());
}

#[test]
fn what_nobody_waits_for_is_not_read_but_written() {
    for (queue, served) in [(Numbers::of_reads(), vec![2, 4]), (Numbers::new(), vec![1, 3, 2, 4])] {
        let gone = [wait(&queue, company(1), vec![1]), wait(&queue, company(2), vec![3])];
        let _here = [wait(&queue, company(1), vec![2]), wait(&queue, company(2), vec![4])];
        drop(gone);
        assert_eq!(next_set(&queue).items, served);
    }
}

#[test]
fn a_queue_of_reads_that_nobody_waits_for_has_no_turn() {
    let queue = Numbers::of_reads();
    drop(wait(&queue, company(1), vec![1]));
    queue.close();
    assert!(block_on(queue.next_turn()).is_none());
}

#[test]
fn a_company_that_floods_leaves_workers_to_others() {
    let queue = Numbers::of_single_reads(4);
    let flood: Vec<_> = (0..8).map(|_| wait(&queue, company(1), vec![1])).collect();
    let turn = || queue.next_turn().now_or_never().flatten().map(|turn| turn.worker_of().unwrap());
    // No turn ends here, so each one keeps its worker.
    assert_eq!([turn(), turn(), turn()], [Some(company(1)), Some(company(1)), None]);
    let _others = [2, 3].map(|number| wait(&queue, company(number), vec![2]));
    assert_eq!([turn(), turn(), turn()], [Some(company(2)), Some(company(3)), None]);
    queue.end_turn(company(2));
    assert_eq!(turn(), None, "the last worker would be another one of the flood");
    queue.end_turn(company(3));
    queue.end_turn(company(1));
    assert_eq!([turn(), turn()], [Some(company(1)), None]);
    drop(flood);
}

#[test]
fn one_company_has_half_of_the_workers_and_several_never_all() {
    for workers in 2..=32 {
        let queue = Numbers::of_single_reads(workers);
        let mut under_way = 0;
        for number in 1..=workers as u128 {
            let _flood: Vec<_> = (0..workers).map(|_| wait(&queue, company(number), vec![1])).collect();
            let begun = (0..).take_while(|_| queue.next_turn().now_or_never().is_some()).count();
            if number == 1 {
                assert_eq!(begun, workers.div_ceil(2));
            }
            assert!(begun > 0 || under_way == workers);
            under_way += begun;
        }
    }
}

#[test]
fn a_set_knows_when_its_callers_are_gone() {
    let queue = Numbers::of_single_reads(2);
    let waiting = wait(&queue, company(1), vec![1]);
    let Set { mut callers, .. } = next_set(&queue);
    assert!(callers.gone().now_or_never().is_none());
    drop(waiting);
    assert!(callers.gone().now_or_never().is_some());
}

/// A queue in which turns are distinguished by their company.
struct Bytes(Queue<Sized, u32, Terms>);

impl Bytes {
    /// Adds a caller with an item of the given number of bytes.
    fn wait(&self, number: u128, bytes: usize, terms: Terms) -> oneshot::Receiver<Served<u32>> {
        let (answer, answers) = oneshot::channel();
        self.0.lanes().add(company(number), waiting(vec![Sized(bytes)], terms, answer)).unwrap();
        answers
    }

    /// Takes the next turn and returns the bytes of its items.
    fn next(&self) -> Vec<usize> {
        let Some(Some(Turn::Set(set))) = self.0.next_turn().now_or_never() else { return Vec::new() };
        set.items.iter().map(|item| item.0).collect()
    }
}

#[test]
fn between_two_large_sets_of_one_company_as_many_bytes_of_another_are_served() {
    let queue = Bytes(Queue::new());
    let large = 4 * MEBIBYTE;
    let _flood: Vec<_> = (0..8).map(|_| queue.wait(1, large, UNDIVIDED)).collect();
    assert_eq!(queue.next(), [large]);
    // Sixty-four connections of another company, each with a small write.
    let _others: Vec<_> = (0..64).map(|_| queue.wait(2, 100, Terms::SHARED)).collect();
    assert_eq!(queue.next(), [100; 64], "all of them before the next large one");
    assert_eq!(queue.next(), [large]);
    let _others: Vec<_> = (0..8).map(|_| queue.wait(2, MEBIBYTE, Terms::SHARED)).collect();
    let turns: Vec<_> = (0..10).map(|_| queue.next()[0]).collect();
    let place = turns.iter().position(|bytes| *bytes == large).unwrap();
    assert!((3..=5).contains(&place), "{turns:?}");
}

#[test]
fn a_large_turn_is_remembered_while_its_company_does_not_wait() {
    let queue = Bytes(Queue::new());
    let large = 4 * MEBIBYTE;
    let _first = queue.wait(1, large, UNDIVIDED);
    assert_eq!(queue.next(), [large]);
    let _again = queue.wait(1, large, UNDIVIDED);
    let _other = queue.wait(2, 100, Terms::SHARED);
    assert_eq!([queue.next(), queue.next()], [vec![100], vec![large]]);
}

#[test]
fn what_a_turn_turned_out_to_cost_counts_too() {
    let queue = Bytes(Queue::new());
    for waits in [true, false] {
        // A small batch that causes much work.
        let _first = queue.wait(1, 100, UNDIVIDED);
        let behind = waits.then(|| queue.wait(1, 100, UNDIVIDED));
        queue.next();
        queue.0.charge(company(1), 16 * MEBIBYTE);
        let behind = behind.unwrap_or_else(|| queue.wait(1, 100, UNDIVIDED));
        let _others: Vec<_> = (0..16).map(|_| queue.wait(2, MEBIBYTE, Terms::SHARED)).collect();
        let before = (0..).take_while(|_| queue.next() != [100]).count();
        assert!((15..=17).contains(&before), "{before}");
        while !queue.next().is_empty() {}
        drop(behind);
    }
}

#[test]
fn a_set_is_bounded_in_bytes_too() {
    let queue = Bytes(Queue::new());
    let half = MEBIBYTE / 2;
    let _waiting: Vec<_> = (0..5).map(|_| queue.wait(1, half, Terms::SHARED)).collect();
    assert_eq!([queue.next(), queue.next(), queue.next()], [vec![half; 2], vec![half; 2], vec![half]]);
}

#[test]
fn a_caller_of_large_items_takes_a_turn_for_each_mebibyte() {
    let queue = Arc::new(Bytes(Queue::new()));
    let server = Arc::clone(&queue);
    let serving = std::thread::spawn(move || {
        let mut sizes = Vec::new();
        while let Some(Turn::Set(Set { items, callers, .. })) = block_on(server.0.next_turn()) {
            sizes.push(items.len());
            callers.answer(Ok(items.into_iter().map(|item| Ok(item.0 as u32)).collect()));
        }
        sizes
    });
    let items = (0..100).map(|_| Sized(64 * 1024)).collect();
    assert_eq!(block_on(queue.0.ask(company(1), items, Terms::SHARED)).len(), 100);
    queue.0.close();
    assert_eq!(serving.join().unwrap(), [16, 16, 16, 16, 16, 16, 4]);
}

#[test]
fn very_many_companies_with_large_turns_are_not_remembered_for_good() {
    let queue = Bytes(Queue::new());
    for number in 1..10_000 {
        let _waiting = queue.wait(number, MEBIBYTE, UNDIVIDED);
        assert_eq!(queue.next(), [MEBIBYTE]);
        // The other company catches up.
        let _same = queue.wait(0, 2 * MEBIBYTE, UNDIVIDED);
        assert_eq!(queue.next(), [2 * MEBIBYTE]);
    }
    assert!(queue.0.lanes().turns.remembered() <= 2_048);
}
