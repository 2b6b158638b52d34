//! The order of turns, and the limits of what may wait.

use super::*;

#[test]
fn many_callers_of_one_company_do_not_delay_another() {
    let queue = Numbers::for_writes();
    let mut turns = Vec::new();
    for _ in 0..20 {
        // The flood: 256 connections, each of which sends the next request as soon as it gets a result.
        let _flood: Vec<_> = (0..256).map(|_| wait(&queue, 1, vec![1])).collect();
        // The other company: one connection, whose request arrives while a set of the flood runs.
        next_set(&queue);
        let _other = wait(&queue, 2, vec![2]);
        let own = (1..).find(|_| next_set(&queue).items.contains(&2));
        turns.push(1 + own.unwrap());
    }
    turns.sort_unstable();
    let alone = 1;
    assert!(turns[turns.len() / 2] <= 3 * alone, "{turns:?}");
    assert!(turns[turns.len() - 1] <= 3 * alone, "{turns:?}");
}

#[test]
fn many_jobs_of_one_company_do_not_delay_another() {
    let queue = Numbers::for_writes();
    for flood in [company(1), None] {
        for _ in 0..100 {
            queue.add(flood, Waiting::Job("flood")).unwrap();
        }
    }
    // While jobs of the flood run, another company asks. Its turn comes after at most two others.
    let turns: Vec<_> = (0..20)
        .map(|_| {
            block_on(queue.next_turn()).unwrap();
            let _other = wait(&queue, 2, vec![2]);
            1 + (0..).find(|_| matches!(block_on(queue.next_turn()), Some(Turn::Set(_)))).unwrap()
        })
        .collect();
    assert!(turns.iter().all(|turns| *turns <= 3), "{turns:?}");
}

#[test]
fn a_job_has_a_turn_of_its_own_in_the_order_of_its_company() {
    let queue = Numbers::for_writes();
    let _before = [wait(&queue, 1, vec![10]), wait(&queue, 2, vec![20])];
    queue.add(company(1), Waiting::Job("of 1")).unwrap();
    queue.add(None, Waiting::Job("of no one")).unwrap();
    let _behind = [wait(&queue, 1, vec![11]), wait(&queue, 2, vec![21])];
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
    let queue = Numbers::for_writes();
    let _waiting: Vec<_> = [(1, 10), (1, 11), (1, 12), (2, 20), (3, 30), (3, 31)]
        .into_iter()
        .map(|(number, item)| wait(&queue, number, vec![item]))
        .collect();
    assert_eq!(next_set(&queue).items, [10, 20, 30, 11, 31, 12]);
}

#[test]
fn callers_beyond_the_limit_of_a_company_are_refused() {
    let queue = Numbers::for_writes();
    let _flood: Vec<_> = (0..MAX_WAITING_PER_COMPANY).map(|_| wait(&queue, 1, vec![1])).collect();
    let refused = block_on(submit(&queue, 1, vec![1, 2]));
    assert!(matches!(refused[..], [Err(StoreError::Overloaded), Err(StoreError::Overloaded)]));
    let refused = queue.submit_job(company(1), "one more");
    assert!(matches!(refused, Err(StoreError::Overloaded)), "a job waits among the others");
    let _other = wait(&queue, 2, vec![2]);
}

#[test]
fn jobs_beyond_the_limits_are_refused() {
    let queue = Numbers::for_writes();
    let all = MAX_WAITING / MAX_WAITING_PER_COMPANY;
    for company in (0..all as u128).map(company) {
        (0..MAX_WAITING_PER_COMPANY).for_each(|_| queue.add(company, Waiting::Job("flood")).unwrap());
        assert!(matches!(queue.add(company, Waiting::Job("more")), Err(StoreError::Overloaded)));
    }
    assert!(matches!(queue.add(None, Waiting::Job("of no one")), Err(StoreError::Overloaded)));
}

#[test]
fn items_that_do_not_share_sets_keep_their_turn() {
    let queue = Numbers::for_writes();
    let many = |item| vec![item; 200];
    let callers = [
        (1, 10, TestMode::Shared),
        (2, 20, TestMode::Alone),
        (3, 30, TestMode::Shared),
        (2, 21, TestMode::Shared),
    ];
    let _waiting = callers.map(|(number, item, mode)| wait_with(&queue, number, many(item), mode));
    for (_, item, mode) in callers {
        let set = next_set(&queue);
        assert_eq!((set.items, set.mode), (many(item), mode));
    }
    let queue = Numbers::for_writes();
    let callers = [(1, TestMode::Shared), (2, TestMode::Alone), (3, TestMode::Shared)];
    let _waiting = callers.map(|(number, mode)| wait_with(&queue, number, vec![1], mode));
    let served = [(); 3].map(|()| next_set(&queue).mode);
    assert_eq!(served, callers.map(|(_, mode)| mode), "small ones do not share a set with it");
}
