//! Sets: each item has a result and sees the changes of earlier items, and a refused item does not affect the others.

use contact_store::{Action, ContactLookup, StoreError};
use contact_testing::{Backend, on_both_databases};
use futures::future::join_all;
use serde_json::json;

use crate::fixture::{ALL, Fixture, invalid_fields, unknown_id, update, upsert};

on_both_databases!(
    results_of_a_large_set_are_in_order,
    empty_set_has_no_results,
    refused_item_does_not_affect_the_others,
    refused_item_stores_nothing,
    changes_of_one_contact_are_applied_in_order,
    unchanged_write_stores_nothing,
    concurrent_callers_get_their_own_results,
    cancelled_call_still_writes,
);

async fn results_of_a_large_set_are_in_order(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    // More items than one transaction has.
    let count = 700;
    let creates = (0..count).map(|n| upsert(company, json!({ "notes": n.to_string() }))).collect();
    let created = fixture.write(creates).await;
    assert_eq!(created.len(), count);
    let changes = created.iter().enumerate().map(|(n, written)| {
        assert_eq!(
            (written.action, written.contact.as_ref().unwrap().notes.as_deref()),
            (Action::Created, Some(n.to_string().as_str()))
        );
        update(company, written.id, json!({ "business_name": format!("B{n}") }))
    });
    let changed = fixture.write(changes.collect()).await;
    let mut lookups: Vec<_> =
        changed.iter().map(|w| ContactLookup { company_id: company, id: w.id, include: ALL }).collect();
    lookups.insert(1, ContactLookup { id: unknown_id(), ..lookups[0] });
    lookups.push(lookups[0]);
    let mut found = join_all(lookups.into_iter().map(|lookup| fixture.store.get(lookup))).await;
    let first_again = found.pop().unwrap().unwrap();
    assert!(found.remove(1).unwrap().is_none(), "the result of an unknown ID is in its place");
    assert_eq!(first_again, *found[0].as_ref().unwrap(), "a repeated lookup has two results");
    for (n, found) in found.into_iter().enumerate() {
        let contact = found.unwrap().unwrap().detail.contact;
        assert_eq!(contact.notes, Some(n.to_string()));
        assert_eq!(contact.business_name, Some(format!("B{n}")));
    }
}

async fn empty_set_has_no_results(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    assert_eq!(fixture.store.write(Vec::new()).await.len(), 0);
}

async fn refused_item_does_not_affect_the_others(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let contact = fixture.create(company, json!({ "phone_number": "+14155552671" })).await;
    let many_tags: Vec<String> = (0..200).map(|n| n.to_string()).collect();
    let results = fixture
        .store
        .write(vec![
            update(company, contact, json!({ "notes": "before", "tags": ["kept"] })),
            update(company, unknown_id(), json!({ "notes": "unknown contact" })),
            upsert(company, json!({ "phone_number": "+14155552671", "notes": "lost", "tags": many_tags })),
            upsert(unknown_id(), json!({ "notes": "unknown company" })),
            update(company, contact, json!({ "business_name": "after" })),
        ])
        .await;
    assert_eq!(results[0].as_ref().unwrap().action, Action::Updated);
    assert!(matches!(results[1], Err(StoreError::ContactNotFound)), "{:?}", results[1]);
    assert_eq!(invalid_fields(&results[2]), ["/tags"]);
    assert!(matches!(results[3], Err(StoreError::CompanyNotFound)), "{:?}", results[3]);
    assert_eq!(results[4].as_ref().unwrap().contact.as_ref().unwrap().notes.as_deref(), Some("before"));
    let stored = fixture.read(company, contact).await;
    assert_eq!((&stored["notes"], &stored["business_name"]), (&json!("before"), &json!("after")));
    assert_eq!(stored["tags"], json!(["kept"]));
}

async fn refused_item_stores_nothing(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    fixture.field(company, "Age", contact_model::CustomFieldType::Number).await;
    // Refused because of its custom field, after its phone and email were applied.
    let body = json!({ "phone_number": "+14155552671", "email": "a@b.c", "custom_fields": { "Age": "old" } });
    let results = fixture
        .store
        .write(vec![
            upsert(company, body),
            upsert(company, json!({ "phone_number": "+14155552671" })),
            upsert(company, json!({ "email": "a@b.c" })),
        ])
        .await;
    assert_eq!(invalid_fields(&results[0]), ["/custom_fields/Age"]);
    let [by_phone, by_email] = [1, 2].map(|n| results[n].as_ref().unwrap());
    assert_eq!((by_phone.action, by_email.action), (Action::Created, Action::Created));
    assert_ne!(by_phone.id, by_email.id);
}

async fn changes_of_one_contact_are_applied_in_order(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let contact = fixture.create(company, json!({})).await;
    let written = fixture
        .write(vec![
            update(company, contact, json!({ "notes": "1", "first_name": "Ann" })),
            update(company, contact, json!({ "last_name": "Lee" })),
            update(company, contact, json!({ "notes": "2" })),
            update(company, contact, json!({ "notes": "2" })),
            update(company, contact, json!({ "notes": "1", "tags": ["x"] })),
        ])
        .await;
    let notes: Vec<_> =
        written.iter().map(|w| w.contact.as_ref().unwrap().notes.as_deref().unwrap()).collect();
    assert_eq!(notes, ["1", "1", "2", "2", "1"], "each result contains the contact after its change");
    let actions: Vec<_> = written.iter().map(|w| w.action).collect();
    use Action::{Unchanged, Updated};
    assert_eq!(actions, [Updated, Updated, Updated, Unchanged, Updated]);
    let stored = fixture.read(company, contact).await;
    assert_eq!(
        (&stored["name"], &stored["notes"], &stored["tags"]),
        (&json!("Ann Lee"), &json!("1"), &json!(["x"]))
    );
}

async fn unchanged_write_stores_nothing(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let contact = fixture.create(company, json!({ "email": "a@b.c", "notes": "n" })).await;
    let before = fixture.read(company, contact).await;
    let written = fixture
        .write(vec![
            update(company, contact, json!({})),
            update(company, contact, json!({ "notes": "n", "tags": [], "email": "a@b.c" })),
            upsert(company, json!({ "email": "A@B.C", "tags": [], "notes": "n" })),
        ])
        .await;
    assert!(written.iter().all(|w| w.action == Action::Unchanged), "{written:?}");
    assert_eq!(fixture.read(company, contact).await, before, "updated_at is unchanged, too");
}

async fn concurrent_callers_get_their_own_results(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let mut callers = tokio::task::JoinSet::new();
    for caller in 0..40 {
        let store = fixture.store.clone();
        callers.spawn(async move {
            for size in [1, 3, 17] {
                let sent: Vec<String> = (0..size).map(|n| format!("{caller}/{size}/{n}")).collect();
                let writes = sent.iter().map(|notes| upsert(company, json!({ "notes": notes }))).collect();
                let returned: Vec<_> = store
                    .write(writes)
                    .await
                    .into_iter()
                    .map(|w| w.unwrap().contact.unwrap().notes.unwrap())
                    .collect();
                assert_eq!(returned, sent);
            }
        });
    }
    callers.join_all().await;
}

async fn cancelled_call_still_writes(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let contact = fixture.create(company, json!({})).await;
    // The future is polled once, which sends the write, and then dropped.
    let write = fixture.store.write_one(update(company, contact, json!({ "notes": "kept" })));
    assert!(futures::FutureExt::now_or_never(write).is_none(), "the write is not complete yet");
    // Closing the store waits for running writes.
    fixture.store.close().await;
    let other = fixture.another_store().await;
    let lookup = ContactLookup { company_id: company, id: contact, include: ALL };
    assert_eq!(other.get(lookup).await.unwrap().unwrap().detail.contact.notes.as_deref(), Some("kept"));
}
