//! Operations of a company wait in the same queue as its writes of contacts.

use contact_model::NewAgent;
use contact_store::StoreError;
use contact_store::company::CreateAgent;
use contact_testing::{Backend, on_both_databases};
use futures::StreamExt;
use futures::future::{join, join_all};
use futures::stream::FuturesUnordered;
use serde_json::json;

use crate::fixture::{Fixture, upsert};

on_both_databases!(
    flood_of_operations_is_refused_but_other_companies_are_served,
    large_sets_of_one_company_do_not_delay_small_writes_of_another,
);

async fn flood_of_operations_is_refused_but_other_companies_are_served(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let (flooding, other) = (fixture.company().await, fixture.company().await);
    // Dry runs do not wait for the disk.
    let store = fixture.store.dry_run();
    let agent = NewAgent { name: "Ana".to_owned(), active: true };
    let create = CreateAgent { company_id: flooding, agent };
    let mut flood: FuturesUnordered<_> = (0..6_000).map(|_| store.run(create.clone())).collect();
    loop {
        match flood.next().await {
            Some(Ok(_)) => {}
            Some(Err(StoreError::Overloaded)) => break,
            Some(Err(error)) => panic!("{error}"),
            None => panic!("no operation was refused"),
        }
    }
    // The remaining operations are still waiting.
    fixture.store.write_one(upsert(other, json!({}))).await.unwrap();
}

/// Eight callers of one company send sets of 4 MiB that are not divided, and 64 callers of another company send one
/// small write each. New IDs are in the order of their creation.
async fn large_sets_of_one_company_do_not_delay_small_writes_of_another(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let (flooding, other) = (fixture.company().await, fixture.company().await);
    let notes = "x".repeat(64_000);
    let set = || (0..64).map(|_| upsert(flooding, json!({ "notes": notes }))).collect::<Vec<_>>();
    let flood = join_all((0..8).map(|_| fixture.store.write_atomically(set(), None, None)));
    let others = join_all((0..64).map(|_| fixture.store.write_one(upsert(other, json!({})))));
    let (flood, others) = join(flood, others).await;
    let last = others.into_iter().map(|written| written.unwrap().id).max().unwrap();
    let before = flood.into_iter().filter(|set| set.as_ref().unwrap()[0].id < last).count();
    assert!(before <= 4, "the others waited for {before} of 8 large sets");
}
