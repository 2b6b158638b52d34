//! Operations wait for turns of their company, as writes of contacts do.

use contact_model::NewAgent;
use contact_store::directory::CreateAgent;
use contact_store::{ContactStore, StoreError};
use contact_testing::{Backend, on_both_databases};
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use serde_json::json;

use crate::world::{World, upsert};

on_both_databases!(a_flood_of_operations_is_turned_away_and_others_are_not);

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
