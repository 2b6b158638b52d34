//! Which items form a set.

use super::*;

/// The number of smallest items that fill a set.
const SET_SIZE: usize = (SET_BYTES / ITEM_BYTES) as usize;

#[test]
fn a_set_has_a_limit_and_the_rest_keeps_waiting() {
    let queue = Numbers::for_writes();
    let _waiting: Vec<_> = (0..SET_SIZE as u32 + 5).map(|n| wait(&queue, 1, vec![n])).collect();
    assert_eq!(next_set(&queue).items.len(), SET_SIZE);
    assert_eq!(next_set(&queue).items.len(), 5);
}

#[test]
fn an_exclusive_set_is_never_divided() {
    let queue = Arc::new(Numbers::for_writes());
    let (submitting, items) = (Arc::clone(&queue), (0..1_000).collect());
    let submitted =
        std::thread::spawn(move || block_on(submitting.submit(company(1), items, TestMode::Alone)));
    let Set { items, callers, .. } = next_set(&queue);
    assert_eq!(items.len(), 1_000);
    callers.send(Ok(items.into_iter().map(Ok).collect()));
    assert_eq!(submitted.join().unwrap().len(), 1_000);
}
