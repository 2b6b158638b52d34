//! Sets: an answer for each item in order, each seeing what the ones before it did, and no refused
//! item touching another.

use contact_store::{Action, ContactLookup, StoreError};
use contact_testing::{Backend, on_both_databases};
use serde_json::json;

use crate::world::{ALL, World, bad_fields, nobody, update, upsert};

on_both_databases!(
    every_item_of_a_large_set_is_answered_in_its_place,
    an_empty_set_has_no_answers,
    a_refused_item_touches_no_other,
    a_refused_item_leaves_nothing_of_itself,
    changes_of_one_contact_apply_in_order,
    a_write_that_changes_nothing_says_so_and_writes_nothing,
    sets_of_many_callers_keep_their_answers_apart,
    a_caller_that_goes_away_does_not_undo_its_write,
);

async fn every_item_of_a_large_set_is_answered_in_its_place(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    // More than one transaction carries where requests are gathered.
    let count = 700;
    let creates = (0..count).map(|n| upsert(company, json!({ "notes": n.to_string() }))).collect();
    let created = world.write(creates).await;
    assert_eq!(created.len(), count);
    let changes = created.iter().enumerate().map(|(n, written)| {
        assert_eq!(
            (written.action, written.contact.as_ref().unwrap().notes.as_deref()),
            (Action::Created, Some(n.to_string().as_str()))
        );
        update(company, written.id, json!({ "business_name": format!("B{n}") }))
    });
    let changed = world.write(changes.collect()).await;
    let mut lookups: Vec<_> =
        changed.iter().map(|w| ContactLookup { company_id: company, id: w.id, include: ALL }).collect();
    lookups.insert(1, ContactLookup { id: nobody(), ..lookups[0] });
    lookups.push(lookups[0]);
    let mut found = world.store.get(lookups).await;
    let first_again = found.pop().unwrap().unwrap();
    assert!(found.remove(1).unwrap().is_none(), "in the place where it was asked for");
    assert_eq!(first_again, *found[0].as_ref().unwrap(), "asked for twice, answered twice");
    for (n, found) in found.into_iter().enumerate() {
        let contact = found.unwrap().unwrap().detail.contact;
        assert_eq!(contact.notes, Some(n.to_string()));
        assert_eq!(contact.business_name, Some(format!("B{n}")));
    }
}

async fn an_empty_set_has_no_answers(backend: Backend) {
    let world = World::new(backend).await;
    assert_eq!(world.store.write(Vec::new()).await.len(), 0);
    assert_eq!(world.store.get(Vec::new()).await.len(), 0);
}

async fn a_refused_item_touches_no_other(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let contact = world.create(company, json!({ "phone_number": "+14155552671" })).await;
    let many_tags: Vec<String> = (0..200).map(|n| n.to_string()).collect();
    let answers = world
        .store
        .write(vec![
            update(company, contact, json!({ "notes": "before", "tags": ["kept"] })),
            update(company, nobody(), json!({ "notes": "nowhere" })),
            upsert(company, json!({ "phone_number": "+14155552671", "notes": "lost", "tags": many_tags })),
            upsert(nobody(), json!({ "notes": "no company" })),
            update(company, contact, json!({ "business_name": "after" })),
        ])
        .await;
    assert_eq!(answers[0].as_ref().unwrap().action, Action::Updated);
    assert!(matches!(answers[1], Err(StoreError::ContactNotFound)), "{:?}", answers[1]);
    assert_eq!(bad_fields(&answers[2]), ["/tags"]);
    assert!(matches!(answers[3], Err(StoreError::CompanyNotFound)), "{:?}", answers[3]);
    assert_eq!(answers[4].as_ref().unwrap().contact.as_ref().unwrap().notes.as_deref(), Some("before"));
    let stored = world.read(company, contact).await;
    assert_eq!((&stored["notes"], &stored["business_name"]), (&json!("before"), &json!("after")));
    assert_eq!(stored["tags"], json!(["kept"]));
}

async fn a_refused_item_leaves_nothing_of_itself(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    world.field(company, "Age", contact_model::CustomFieldType::Number).await;
    // Refused for its custom field, after its phone and email were applied.
    let body = json!({ "phone_number": "+14155552671", "email": "a@b.c", "custom_fields": { "Age": "old" } });
    let answers = world
        .store
        .write(vec![
            upsert(company, body),
            upsert(company, json!({ "phone_number": "+14155552671" })),
            upsert(company, json!({ "email": "a@b.c" })),
        ])
        .await;
    assert_eq!(bad_fields(&answers[0]), ["/custom_fields/Age"]);
    let [by_phone, by_email] = [1, 2].map(|n| answers[n].as_ref().unwrap());
    assert_eq!((by_phone.action, by_email.action), (Action::Created, Action::Created));
    assert_ne!(by_phone.id, by_email.id);
}

async fn changes_of_one_contact_apply_in_order(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let contact = world.create(company, json!({})).await;
    let written = world
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
    assert_eq!(notes, ["1", "1", "2", "2", "1"], "each answer shows the contact after its own change");
    let actions: Vec<_> = written.iter().map(|w| w.action).collect();
    use Action::{Unchanged, Updated};
    assert_eq!(actions, [Updated, Updated, Updated, Unchanged, Updated]);
    let stored = world.read(company, contact).await;
    assert_eq!(
        (&stored["name"], &stored["notes"], &stored["tags"]),
        (&json!("Ann Lee"), &json!("1"), &json!(["x"]))
    );
}

async fn a_write_that_changes_nothing_says_so_and_writes_nothing(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let contact = world.create(company, json!({ "email": "a@b.c", "notes": "n" })).await;
    let before = world.read(company, contact).await;
    let written = world
        .write(vec![
            update(company, contact, json!({})),
            update(company, contact, json!({ "notes": "n", "tags": [], "email": "a@b.c" })),
            upsert(company, json!({ "email": "A@B.C", "tags": [], "notes": "n" })),
        ])
        .await;
    assert!(written.iter().all(|w| w.action == Action::Unchanged), "{written:?}");
    assert_eq!(world.read(company, contact).await, before, "not even updated_at moves");
}

async fn sets_of_many_callers_keep_their_answers_apart(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let mut callers = tokio::task::JoinSet::new();
    for caller in 0..40 {
        let store = world.store.clone();
        callers.spawn(async move {
            for size in [1, 3, 17] {
                let sent: Vec<String> = (0..size).map(|n| format!("{caller}/{size}/{n}")).collect();
                let writes = sent.iter().map(|notes| upsert(company, json!({ "notes": notes }))).collect();
                let answered: Vec<_> = store
                    .write(writes)
                    .await
                    .into_iter()
                    .map(|w| w.unwrap().contact.unwrap().notes.unwrap())
                    .collect();
                assert_eq!(answered, sent);
            }
        });
    }
    callers.join_all().await;
}

async fn a_caller_that_goes_away_does_not_undo_its_write(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let contact = world.create(company, json!({})).await;
    // Polled once, which sends the write, and then dropped.
    let write = world.store.write_one(update(company, contact, json!({ "notes": "kept" })));
    assert!(futures::FutureExt::now_or_never(write).is_none(), "no answer is there at once");
    // Closing waits for what is under way.
    world.store.close().await;
    let other = world.another_store().await;
    let lookup = ContactLookup { company_id: company, id: contact, include: ALL };
    assert_eq!(other.get_one(lookup).await.unwrap().unwrap().detail.contact.notes.as_deref(), Some("kept"));
}
