//! Pages of contacts that change while they are read, and of contacts that are very large.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use contact_model::list::ContactQuery;
use contact_model::{ContactInsert, ContactState, CustomFieldType, limits};
use contact_store::{ContactListing, ContactWrite, WriteOperation};
use contact_testing::{Backend, on_both_databases};
use serde_json::json;

use crate::lists::Crowd;
use crate::world::{ALL, World, update};

on_both_databases!(
    a_page_shows_each_contact_as_of_one_moment,
    a_page_of_very_large_contacts_ends_before_it_is_too_large,
);

async fn a_page_shows_each_contact_as_of_one_moment(backend: Backend) {
    let world = Arc::new(World::new(backend).await);
    let company = world.company().await;
    world.field(company, "Round", CustomFieldType::Any).await;
    let body = |round: usize| json!({ "notes": round.to_string(), "custom_fields": { "Round": round } });
    let contact = world.create(company, body(0)).await;

    let done = Arc::new(AtomicBool::new(false));
    let writer = tokio::spawn({
        let (world, done) = (Arc::clone(&world), Arc::clone(&done));
        async move {
            for round in 1..300 {
                world.write(vec![update(company, contact, body(round))]).await;
            }
            done.store(true, Ordering::Relaxed);
        }
    });
    let query = ContactQuery { include: ALL, ..ContactQuery::default() };
    let listing = ContactListing { company_id: company, query };
    while !done.load(Ordering::Relaxed) {
        let page = world.store.list(vec![listing.clone()]).await.remove(0).unwrap();
        let contact = serde_json::to_value(&page.contacts[0]).unwrap();
        assert_eq!(contact["notes"], contact["custom_fields"]["Round"].to_string(), "{contact}");
    }
    writer.await.unwrap();
}

async fn a_page_of_very_large_contacts_ends_before_it_is_too_large(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    // Six bytes of JSON each.
    let notes = "\u{1}".repeat(limits::NOTES);
    let state = ContactState { notes: Some(notes), ..ContactState::default() };
    let large = || ContactInsert { state: state.clone(), ..ContactInsert::default() };
    for _ in 0..6 {
        let insert = || ContactWrite::new(company, WriteOperation::Insert(Box::new(large())), ALL);
        world.write((0..10).map(|_| insert()).collect()).await;
    }
    let crowd = Crowd { world, company };
    for page_size in [50, 200] {
        let query = ContactQuery { page_size, ..ContactQuery::default() };
        let page = crowd.page(&query).await;
        let shown = serde_json::to_vec(&page.contacts).unwrap().len();
        assert!((limits::LIST_ANSWER * 9 / 10..=limits::LIST_ANSWER).contains(&shown), "{shown}");
        assert!(page.next.is_some());
        // There and back.
        assert_eq!(crowd.walk(&query).await.len(), 60);
    }
}
