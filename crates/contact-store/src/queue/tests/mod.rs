//! Tests of turns, sets and results.

mod bytes;
mod order;
mod results;
mod sets;
mod workers;

use std::marker::PhantomData;
use std::sync::Arc;

use contact_model::CompanyId;
use futures::FutureExt as _;
use futures::executor::block_on;
use futures::future::join_all;
use uuid::Uuid;

use super::state::{MAX_WAITING, MAX_WAITING_PER_COMPANY};
use super::*;

/// The types of a queue of items `T`. Jobs are texts, to distinguish them from items.
struct Kind<T>(PhantomData<T>);

impl<T: Cost + Send + 'static> QueueKind for Kind<T> {
    type Item = T;
    type Output = u32;
    type Mode = TestMode;
    type Job = &'static str;
}

/// The mode of items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum TestMode {
    #[default]
    Shared,
    /// The items have a set of their own.
    Alone,
}

impl Mode for TestMode {
    fn shares_sets(&self) -> bool {
        *self == Self::Shared
    }
}

/// A queue of numbers.
type Numbers = Queue<Kind<u32>>;

fn company(number: u128) -> Option<CompanyId> {
    Some(CompanyId(Uuid::from_u128(number)))
}

impl Cost for u32 {}

/// Returns the next turn, which must be a set.
fn next_set(queue: &Numbers) -> Set<Kind<u32>> {
    match block_on(queue.next_turn()) {
        Some(Turn::Set(set)) => set,
        Some(Turn::Job(job)) => panic!("{job}"),
        None => panic!("the queue is closed"),
    }
}

/// Adds a caller to the queue and returns the receiver of its results.
fn wait(queue: &Numbers, number: u128, items: Vec<u32>) -> oneshot::Receiver<SetResult<u32>> {
    wait_with(queue, number, items, TestMode::Shared)
}

fn wait_with<T: Cost + Send + 'static>(
    queue: &Queue<Kind<T>>,
    number: u128,
    items: Vec<T>,
    mode: TestMode,
) -> oneshot::Receiver<SetResult<u32>> {
    let (caller, results) = oneshot::channel();
    let waiting = Waiting::Items { cost: cost_of(&items), items, mode, caller };
    queue.state.lock().add(company(number), waiting).unwrap();
    results
}

async fn submit(queue: &Numbers, number: u128, items: Vec<u32>) -> Results<u32> {
    queue.submit(company(number), items, TestMode::Shared).await
}
