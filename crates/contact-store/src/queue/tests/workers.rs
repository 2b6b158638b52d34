//! Workers that are divided between companies.

use super::*;

#[test]
fn single_reads_are_served_one_at_a_time() {
    let queue = Numbers::for_pages(4);
    let _waiting: Vec<_> =
        [(1, 10), (1, 11), (2, 20)].map(|(of, n)| wait(&queue, of, vec![n])).into_iter().collect();
    let served: Vec<_> = (0..3).map(|_| next_set(&queue).items).collect();
    assert_eq!(served, [vec![10], vec![20], vec![11]]);
}

#[test]
fn a_company_begins_no_turn_while_it_uses_as_many_workers_as_are_free() {
    let queue = Numbers::for_pages(4);
    let flood: Vec<_> = (0..8).map(|_| wait(&queue, 1, vec![1])).collect();
    let turn = || queue.next_turn().now_or_never().flatten().map(|turn| turn.worker_owner().unwrap());
    // No turn ends here, so each one keeps its worker.
    assert_eq!([turn(), turn(), turn()], [Some(company(1)), Some(company(1)), None]);
    let _others = [2, 3].map(|number| wait(&queue, number, vec![2]));
    assert_eq!([turn(), turn(), turn()], [Some(company(2)), Some(company(3)), None]);
    queue.end_turn(company(2));
    assert_eq!(turn(), None, "the last worker would be another one of the flood");
    queue.end_turn(company(3));
    queue.end_turn(company(1));
    assert_eq!([turn(), turn()], [Some(company(1)), None]);
    drop(flood);
}

#[test]
fn one_company_uses_at_most_half_of_the_workers() {
    for workers in 2..=32 {
        let queue = Numbers::for_pages(workers);
        let mut under_way = 0;
        for number in 1..=workers as u128 {
            let _flood: Vec<_> = (0..workers).map(|_| wait(&queue, number, vec![1])).collect();
            let begun = (0..).take_while(|_| queue.next_turn().now_or_never().is_some()).count();
            if number == 1 {
                assert_eq!(begun, workers.div_ceil(2));
            }
            assert!(begun > 0 || under_way == workers);
            under_way += begun;
        }
    }
}
