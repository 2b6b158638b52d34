//! Pages of contacts during writes, and pages of very large contacts.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use contact_model::list::ContactQuery;
use contact_model::{ContactInsert, ContactState, CustomFieldType, limits};
use contact_store::{ContactListing, ContactWrite, WriteOperation};
use contact_testing::{Backend, on_both_databases};
use serde_json::json;

use crate::fixture::{ALL, Fixture, update};
use crate::lists::Population;

on_both_databases!(page_contains_consistent_contacts_during_writes, page_of_very_large_contacts_is_shortened,);

async fn page_contains_consistent_contacts_during_writes(backend: Backend) {
    let fixture = Arc::new(Fixture::new(backend).await);
    let company = fixture.company().await;
    fixture.field(company, "Round", CustomFieldType::Any).await;
    let body = |round: usize| json!({ "notes": round.to_string(), "custom_fields": { "Round": round } });
    let contact = fixture.create(company, body(0)).await;

    let done = Arc::new(AtomicBool::new(false));
    let writer = tokio::spawn({
        let (fixture, done) = (Arc::clone(&fixture), Arc::clone(&done));
        async move {
            for round in 1..300 {
                fixture.write(vec![update(company, contact, body(round))]).await;
            }
            done.store(true, Ordering::Relaxed);
        }
    });
    let query = ContactQuery { include: ALL, ..ContactQuery::default() };
    let listing = ContactListing { company_id: company, query };
    while !done.load(Ordering::Relaxed) {
        let page = fixture.store.list(listing.clone()).await.unwrap();
        let contact = serde_json::to_value(&page.contacts[0]).unwrap();
        assert_eq!(contact["notes"], contact["custom_fields"]["Round"].to_string(), "{contact}");
    }
    writer.await.unwrap();
}

async fn page_of_very_large_contacts_is_shortened(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    // Each character has six bytes in JSON.
    let notes = "\u{1}".repeat(limits::NOTES);
    let state = ContactState { notes: Some(notes), ..ContactState::default() };
    let large = || ContactInsert { state: state.clone(), ..ContactInsert::default() };
    for _ in 0..6 {
        let insert = || ContactWrite::new(company, WriteOperation::Insert(Box::new(large())), ALL);
        fixture.write((0..10).map(|_| insert()).collect()).await;
    }
    let population = Population { fixture, company };
    for page_size in [50, 200] {
        let query = ContactQuery { page_size, ..ContactQuery::default() };
        let page = population.page(&query).await;
        let shown = serde_json::to_vec(&page.contacts).unwrap().len();
        assert!((limits::LIST_RESPONSE * 9 / 10..=limits::LIST_RESPONSE).contains(&shown), "{shown}");
        assert!(page.next.is_some());
        // All pages in both directions.
        assert_eq!(population.read_all(&query).await.len(), 60);
    }
}
