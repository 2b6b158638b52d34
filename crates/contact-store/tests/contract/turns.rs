//! Operations wait for turns of their company, as writes of contacts do.

use contact_model::NewAgent;
use contact_store::StoreError;
use contact_store::company::CreateAgent;
use contact_testing::{Backend, on_both_databases};
use futures::StreamExt;
use futures::future::{join, join_all};
use futures::stream::FuturesUnordered;
use serde_json::json;

use crate::world::{World, upsert};

on_both_databases!(
    a_flood_of_operations_is_turned_away_and_others_are_not,
    large_sets_of_one_company_do_not_come_between_small_writes_of_another,
);

async fn a_flood_of_operations_is_turned_away_and_others_are_not(backend: Backend) {
    let world = World::new(backend).await;
    let (flooding, other) = (world.company().await, world.company().await);
    // What is undone again leaves the disk alone.
    let store = world.store.dry_run();
    let agent = NewAgent { name: "Ana".to_owned(), active: true };
    let create = CreateAgent { company_id: flooding, agent };
    let mut flood: FuturesUnordered<_> = (0..6_000).map(|_| store.run_one(create.clone())).collect();
    loop {
        match flood.next().await {
            Some(Ok(_)) => {}
            Some(Err(StoreError::Overloaded)) => break,
            Some(Err(error)) => panic!("{error}"),
            None => panic!("the flood is done, and none of it was turned away"),
        }
    }
    // The others of the flood go on waiting.
    world.store.write_one(upsert(other, json!({}))).await.unwrap();
}

/// Eight callers of one company wait with sets of 4 MiB that are never divided, and sixty-four of another with a small
/// write each. New ids are in the order of their making.
async fn large_sets_of_one_company_do_not_come_between_small_writes_of_another(backend: Backend) {
    let world = World::new(backend).await;
    let (flooding, other) = (world.company().await, world.company().await);
    let notes = "x".repeat(64_000);
    let set = || (0..64).map(|_| upsert(flooding, json!({ "notes": notes }))).collect::<Vec<_>>();
    let flood = join_all((0..8).map(|_| world.store.write_atomically(set(), None, None)));
    let others = join_all((0..64).map(|_| world.store.write_one(upsert(other, json!({})))));
    let (flood, others) = join(flood, others).await;
    let last = others.into_iter().map(|written| written.unwrap().id).max().unwrap();
    let before = flood.into_iter().filter(|set| set.as_ref().unwrap()[0].id < last).count();
    assert!(before <= 4, "the others waited for {before} of 8 large sets");
}
