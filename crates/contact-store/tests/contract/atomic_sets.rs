//! Atomic sets: all writes are done or none.

use contact_store::{Action, AtomicError, StoreError};
use contact_testing::{Backend, on_both_databases};
use serde_json::json;

use crate::fixture::{Fixture, invalid_fields, unknown_id, update, upsert};
use crate::inserts::item;

on_both_databases!(
    all_writes_are_done_in_order,
    refused_write_rolls_back_all_writes,
    writes_that_were_already_stored_are_rolled_back,
    writes_of_other_callers_are_not_affected,
);

async fn all_writes_are_done_in_order(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let count = 300;
    let mut writes: Vec<_> = (0..count).map(|n| upsert(company, json!({ "notes": n.to_string() }))).collect();
    writes.push(upsert(company, json!({ "email": "jane@example.com" })));
    writes.push(upsert(company, json!({ "email": "jane@example.com", "notes": "found" })));
    let written = fixture.store.write_atomically(writes, None, None).await.unwrap();
    let notes: Vec<_> =
        written.iter().take(count).map(|w| w.contact.as_ref().unwrap().notes.clone().unwrap()).collect();
    assert_eq!(notes, (0..count).map(|n| n.to_string()).collect::<Vec<_>>());
    assert_eq!((written[count].action, written[count + 1].action), (Action::Created, Action::Updated));
    assert_eq!(fixture.read(company, written[count].id).await["notes"], "found");
    assert_eq!(fixture.store.write_atomically(Vec::new(), None, None).await.unwrap(), []);
}

async fn refused_write_rolls_back_all_writes(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let contact = fixture.create(company, json!({ "tags": ["kept"] })).await;
    let before = fixture.read(company, contact).await;
    let many: Vec<String> = (0..200).map(|n| n.to_string()).collect();
    let tagged = json!({ "email": "jane@example.com", "tags": many });
    let writes = vec![
        update(company, contact, json!({ "notes": "lost", "tags": ["lost"] })),
        upsert(company, json!({ "email": "jane@example.com", "tags": ["own"] })),
        upsert(company, tagged),
        update(company, unknown_id(), json!({})),
    ];
    let refused = fixture.store.write_atomically(writes, None, None).await;
    let Err(AtomicError::Refused { index: 2, error }) = refused else { panic!("{refused:?}") };
    assert_eq!(invalid_fields::<()>(&Err(error)), ["/tags"]);
    assert_eq!(fixture.read(company, contact).await, before);
    let written = fixture.write(vec![upsert(company, json!({ "email": "jane@example.com" }))]).await;
    assert_eq!(written[0].action, Action::Created, "no contact was created before");
    let writes = vec![
        update(company, contact, json!({ "notes": "x" })),
        item(company, "delete", json!({ "id": unknown_id::<uuid::Uuid>() })),
    ];
    let refused = fixture.store.write_atomically(writes, None, None).await;
    assert!(matches!(refused, Err(AtomicError::Refused { index: 1, error: StoreError::ContactNotFound })));
    assert_eq!(fixture.read(company, contact).await, before);
}

async fn writes_that_were_already_stored_are_rolled_back(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let contact = fixture.create(company, json!({ "email": "jane@example.com" })).await;
    let before = fixture.read(company, contact).await;
    // The contact of the email is looked up again after the update, for which the update is stored first.
    let writes = vec![
        update(company, contact, json!({ "email": "other@example.com" })),
        upsert(company, json!({ "email": "jane@example.com" })),
        update(company, unknown_id(), json!({})),
    ];
    let refused = fixture.store.write_atomically(writes, None, None).await;
    assert!(matches!(refused, Err(AtomicError::Refused { index: 2, .. })), "{refused:?}");
    assert_eq!(fixture.read(company, contact).await, before);
}

async fn writes_of_other_callers_are_not_affected(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let contact = fixture.create(company, json!({})).await;
    let mut callers = tokio::task::JoinSet::new();
    for n in 0..40 {
        let store = fixture.store.clone();
        callers.spawn(async move {
            let good = update(company, contact, json!({ "notes": n.to_string() }));
            if n % 2 == 0 {
                store.write_one(good).await.unwrap();
            } else {
                let refused = store
                    .write_atomically(vec![good, update(company, unknown_id(), json!({}))], None, None)
                    .await;
                assert!(matches!(refused, Err(AtomicError::Refused { index: 1, .. })), "{refused:?}");
            }
        });
    }
    callers.join_all().await;
    let notes = fixture.read(company, contact).await["notes"].as_str().unwrap().parse::<u32>().unwrap();
    assert_eq!(notes % 2, 0, "a rolled back write is visible");
}
