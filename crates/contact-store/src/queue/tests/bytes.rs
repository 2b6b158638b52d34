//! Turns that differ in bytes.

use super::*;

const MEBIBYTE: usize = 1024 * 1024;

/// An item with the given number of bytes.
struct Sized(usize);

impl Cost for Sized {
    fn bytes(&self) -> usize {
        self.0
    }
}

/// A queue in which turns are distinguished by their company.
struct Bytes(Queue<Kind<Sized>>);

impl Bytes {
    /// Adds a caller with an item of the given number of bytes.
    fn wait(&self, number: u128, bytes: usize, mode: TestMode) -> oneshot::Receiver<SetResult<u32>> {
        wait_with(&self.0, number, vec![Sized(bytes)], mode)
    }

    /// Takes the next turn and returns the bytes of its items.
    fn next(&self) -> Vec<usize> {
        let Some(Some(Turn::Set(set))) = self.0.next_turn().now_or_never() else { return Vec::new() };
        set.items.iter().map(|item| item.0).collect()
    }
}

#[test]
fn between_two_large_sets_another_company_is_served_as_many_bytes() {
    let queue = Bytes(Queue::for_writes());
    let large = 4 * MEBIBYTE;
    let _flood: Vec<_> = (0..8).map(|_| queue.wait(1, large, TestMode::Alone)).collect();
    assert_eq!(queue.next(), [large]);
    // Sixty-four connections of another company, each with a small write.
    let _others: Vec<_> = (0..64).map(|_| queue.wait(2, 100, TestMode::Shared)).collect();
    assert_eq!(queue.next(), [100; 64], "all of them before the next large one");
    assert_eq!(queue.next(), [large]);
    let _others: Vec<_> = (0..8).map(|_| queue.wait(2, MEBIBYTE, TestMode::Shared)).collect();
    let turns: Vec<_> = (0..10).map(|_| queue.next()[0]).collect();
    let place = turns.iter().position(|bytes| *bytes == large).unwrap();
    assert!((3..=5).contains(&place), "{turns:?}");
}

#[test]
fn a_large_turn_is_remembered_while_its_company_does_not_wait() {
    let queue = Bytes(Queue::for_writes());
    let large = 4 * MEBIBYTE;
    let _first = queue.wait(1, large, TestMode::Alone);
    assert_eq!(queue.next(), [large]);
    let _again = queue.wait(1, large, TestMode::Alone);
    let _other = queue.wait(2, 100, TestMode::Shared);
    assert_eq!([queue.next(), queue.next()], [vec![100], vec![large]]);
}

#[test]
fn bytes_charged_after_a_turn_count() {
    let queue = Bytes(Queue::for_writes());
    for waits in [true, false] {
        // A small batch that causes much work.
        let _first = queue.wait(1, 100, TestMode::Alone);
        let behind = waits.then(|| queue.wait(1, 100, TestMode::Alone));
        queue.next();
        queue.0.charge(company(1), 16 * MEBIBYTE);
        let behind = behind.unwrap_or_else(|| queue.wait(1, 100, TestMode::Alone));
        let _others: Vec<_> = (0..16).map(|_| queue.wait(2, MEBIBYTE, TestMode::Shared)).collect();
        let before = (0..).take_while(|_| queue.next() != [100]).count();
        assert!((15..=17).contains(&before), "{before}");
        while !queue.next().is_empty() {}
        drop(behind);
    }
}

#[test]
fn a_set_has_a_limit_in_bytes() {
    let queue = Bytes(Queue::for_writes());
    let half = MEBIBYTE / 2;
    let _waiting: Vec<_> = (0..5).map(|_| queue.wait(1, half, TestMode::Shared)).collect();
    assert_eq!([queue.next(), queue.next(), queue.next()], [vec![half; 2], vec![half; 2], vec![half]]);
}

#[test]
fn a_caller_with_large_items_takes_a_turn_for_each_mebibyte() {
    let queue = Arc::new(Bytes(Queue::for_writes()));
    let server = Arc::clone(&queue);
    let serving = std::thread::spawn(move || {
        let mut sizes = Vec::new();
        while let Some(Turn::Set(Set { items, callers, .. })) = block_on(server.0.next_turn()) {
            sizes.push(items.len());
            callers.send(Ok(items.into_iter().map(|item| Ok(item.0 as u32)).collect()));
        }
        sizes
    });
    let items = (0..100).map(|_| Sized(64 * 1024)).collect();
    assert_eq!(block_on(queue.0.submit(company(1), items, TestMode::Shared)).len(), 100);
    queue.0.close();
    assert_eq!(serving.join().unwrap(), [16, 16, 16, 16, 16, 16, 4]);
}

#[test]
fn very_many_companies_with_large_turns_are_not_all_remembered() {
    let queue = Bytes(Queue::for_writes());
    for number in 1..10_000 {
        let _waiting = queue.wait(number, MEBIBYTE, TestMode::Alone);
        assert_eq!(queue.next(), [MEBIBYTE]);
        // The other company catches up.
        let _same = queue.wait(0, 2 * MEBIBYTE, TestMode::Alone);
        assert_eq!(queue.next(), [2 * MEBIBYTE]);
    }
    assert!(queue.0.state.lock().order.remembered() <= 2_048);
}
