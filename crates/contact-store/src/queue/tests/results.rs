//! The results that callers get.

use super::*;

#[test]
fn each_caller_gets_the_results_of_its_own_items() {
    let queue = Arc::new(Numbers::for_writes());
    let server = Arc::clone(&queue);
    let serving = std::thread::spawn(move || {
        while let Some(Turn::Set(Set { items, callers, .. })) = block_on(server.next_turn()) {
            callers.send(Ok(items.into_iter().map(|item| Ok(item * 2)).collect()));
        }
    });
    let results = block_on(join_all((0..100).map(|n| submit(&queue, u128::from(n % 7), vec![n, n + 1]))));
    for (n, results) in (0..).zip(results) {
        let results: Vec<u32> = results.into_iter().map(Result::unwrap).collect();
        assert_eq!(results, [n * 2, n * 2 + 2]);
    }
    queue.close();
    serving.join().unwrap();
    assert!(block_on(submit(&queue, 1, vec![1]))[0].is_err());
}

#[test]
fn a_caller_with_many_items_takes_a_turn_for_each_piece() {
    let queue = Arc::new(Numbers::for_writes());
    let server = Arc::clone(&queue);
    let serving = std::thread::spawn(move || {
        let mut sizes = Vec::new();
        while let Some(Turn::Set(Set { items, callers, .. })) = block_on(server.next_turn()) {
            sizes.push(items.len());
            let failed = items.contains(&999);
            let results = items.into_iter().map(|item| Ok(item * 2)).collect();
            callers.send(if failed { Err(StoreError::unavailable("full")) } else { Ok(results) });
        }
        sizes
    });
    let results = block_on(submit(&queue, 1, (0..300).collect()));
    let results: Vec<u32> = results.into_iter().map(Result::unwrap).collect();
    assert_eq!(results, (0..300).map(|n| n * 2).collect::<Vec<_>>());
    let results = block_on(submit(&queue, 1, (900..1_200).collect()));
    assert_eq!(results.len(), 300);
    assert!(results.iter().all(Result::is_err), "the first piece failed, so the others are not tried");
    queue.close();
    assert_eq!(serving.join().unwrap(), [128, 128, 44, 128]);
}

#[test]
fn a_failed_set_fails_every_item_of_it() {
    let queue = Numbers::for_writes();
    let mut one = wait(&queue, 1, vec![1, 2]);
    let mut two = wait(&queue, 2, vec![3]);
    let set = next_set(&queue);
    set.callers.send(Err(StoreError::unavailable("the disk is full")));
    assert!(one.try_recv().unwrap().is_err());
    assert!(two.try_recv().unwrap().is_err());
}

#[test]
fn abandoned_reads_are_skipped_and_abandoned_writes_are_served() {
    for (queue, served) in [(Numbers::for_lookups(), vec![2, 4]), (Numbers::for_writes(), vec![1, 3, 2, 4])] {
        let gone = [wait(&queue, 1, vec![1]), wait(&queue, 2, vec![3])];
        let _here = [wait(&queue, 1, vec![2]), wait(&queue, 2, vec![4])];
        drop(gone);
        assert_eq!(next_set(&queue).items, served);
    }
}

#[test]
fn a_queue_with_only_abandoned_reads_has_no_turn() {
    let queue = Numbers::for_lookups();
    drop(wait(&queue, 1, vec![1]));
    queue.close();
    assert!(block_on(queue.next_turn()).is_none());
}

#[test]
fn a_set_detects_that_its_callers_are_gone() {
    let queue = Numbers::for_pages(2);
    let waiting = wait(&queue, 1, vec![1]);
    let Set { mut callers, .. } = next_set(&queue);
    assert!(callers.wait_until_abandoned().now_or_never().is_none());
    drop(waiting);
    assert!(callers.wait_until_abandoned().now_or_never().is_some());
}
