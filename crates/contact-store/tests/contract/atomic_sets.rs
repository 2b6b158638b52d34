//! Sets of which all writes are done or none.

use contact_store::{Action, AtomicError, StoreError};
use contact_testing::{Backend, on_both_databases};
use serde_json::json;

use crate::inserts::item;
use crate::world::{World, bad_fields, nobody, update, upsert};

on_both_databases!(
    all_are_written_in_their_order,
    one_refused_write_undoes_them_all,
    what_was_written_on_the_way_is_undone_too,
    those_that_wait_beside_them_are_not_touched,
);

async fn all_are_written_in_their_order(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let count = 300;
    let mut writes: Vec<_> = (0..count).map(|n| upsert(company, json!({ "notes": n.to_string() }))).collect();
    writes.push(upsert(company, json!({ "email": "jane@example.com" })));
    writes.push(upsert(company, json!({ "email": "jane@example.com", "notes": "found" })));
    let written = world.store.write_atomically(writes, None, None).await.unwrap();
    let notes: Vec<_> =
        written.iter().take(count).map(|w| w.contact.as_ref().unwrap().notes.clone().unwrap()).collect();
    assert_eq!(notes, (0..count).map(|n| n.to_string()).collect::<Vec<_>>());
    assert_eq!((written[count].action, written[count + 1].action), (Action::Created, Action::Updated));
    assert_eq!(world.read(company, written[count].id).await["notes"], "found");
    assert_eq!(world.store.write_atomically(Vec::new(), None, None).await.unwrap(), []);
}

async fn one_refused_write_undoes_them_all(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let contact = world.create(company, json!({ "tags": ["kept"] })).await;
    let before = world.read(company, contact).await;
    let many: Vec<String> = (0..200).map(|n| n.to_string()).collect();
    let tagged = json!({ "email": "jane@example.com", "tags": many });
    let writes = vec![
        update(company, contact, json!({ "notes": "lost", "tags": ["lost"] })),
        upsert(company, json!({ "email": "jane@example.com", "tags": ["own"] })),
        upsert(company, tagged),
        update(company, nobody(), json!({})),
    ];
    let refused = world.store.write_atomically(writes, None, None).await;
    let Err(AtomicError::Refused { index: 2, error }) = refused else { panic!("{refused:?}") };
    assert_eq!(bad_fields::<()>(&Err(error)), ["/tags"]);
    assert_eq!(world.read(company, contact).await, before);
    let written = world.write(vec![upsert(company, json!({ "email": "jane@example.com" }))]).await;
    assert_eq!(written[0].action, Action::Created, "no one was created");
    let writes = vec![
        update(company, contact, json!({ "notes": "x" })),
        item(company, "delete", json!({ "id": nobody::<uuid::Uuid>() })),
    ];
    let refused = world.store.write_atomically(writes, None, None).await;
    assert!(matches!(refused, Err(AtomicError::Refused { index: 1, error: StoreError::ContactNotFound })));
    assert_eq!(world.read(company, contact).await, before);
}

async fn what_was_written_on_the_way_is_undone_too(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let contact = world.create(company, json!({ "email": "jane@example.com" })).await;
    let before = world.read(company, contact).await;
    // Who has the address after the update is looked up again, for which the update is written first.
    let writes = vec![
        update(company, contact, json!({ "email": "other@example.com" })),
        upsert(company, json!({ "email": "jane@example.com" })),
        update(company, nobody(), json!({})),
    ];
    let refused = world.store.write_atomically(writes, None, None).await;
    assert!(matches!(refused, Err(AtomicError::Refused { index: 2, .. })), "{refused:?}");
    assert_eq!(world.read(company, contact).await, before);
}

async fn those_that_wait_beside_them_are_not_touched(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let contact = world.create(company, json!({})).await;
    let mut callers = tokio::task::JoinSet::new();
    for n in 0..40 {
        let store = world.store.clone();
        callers.spawn(async move {
            let good = update(company, contact, json!({ "notes": n.to_string() }));
            if n % 2 == 0 {
                store.write_one(good).await.unwrap();
            } else {
                let refused = store
                    .write_atomically(vec![good, update(company, nobody(), json!({}))], None, None)
                    .await;
                assert!(matches!(refused, Err(AtomicError::Refused { index: 1, .. })), "{refused:?}");
            }
        });
    }
    callers.join_all().await;
    let notes = world.read(company, contact).await["notes"].as_str().unwrap().parse::<u32>().unwrap();
    assert_eq!(notes % 2, 0, "an undone write is seen");
}
