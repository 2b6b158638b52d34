//! Which contact an upsert hits, where earlier writes of its set changed what is there, and where
//! others write at once.

use std::collections::BTreeSet;

use contact_store::{Action, Store, StoreOptions};
use contact_testing::{Backend, on_both_databases};
use serde_json::json;

use crate::world::{World, update, upsert};

on_both_databases!(
    several_upserts_of_one_new_phone_in_a_set_make_one_contact,
    several_upserts_of_one_new_email_in_a_set_make_one_contact,
    an_upsert_finds_a_contact_by_the_key_that_an_update_of_its_set_gave_it,
    an_upsert_finds_the_next_oldest_where_an_update_of_its_set_took_the_key,
    a_text_that_cannot_be_a_phone_or_an_email_leads_to_no_contact,
    invisible_characters_make_no_second_contact,
    of_several_contacts_the_oldest_counts_even_where_it_got_the_key_last,
    an_email_that_belongs_to_another_is_left_out_within_a_set_too,
    a_phone_freed_and_taken_again_within_a_set_leads_to_its_holder,
    concurrent_upserts_of_one_new_phone_make_one_contact,
    concurrent_updates_and_upserts_agree_on_the_holder,
);

const PHONE: &str = "+14155552671";
const OTHER: &str = "+14155550199";

async fn several_upserts_of_one_new_phone_in_a_set_make_one_contact(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let written = world
        .write(vec![
            upsert(company, json!({ "phone_number": "(415) 555-2671", "tags": ["a"] })),
            upsert(company, json!({ "phone_number": PHONE, "tags": ["b"], "email": "x@y.z" })),
            upsert(company, json!({ "email": "X@y.z", "tags": ["a", "c"] })),
            upsert(company, json!({ "phone_number": "415.555.2671" })),
        ])
        .await;
    let actions: Vec<_> = written.iter().map(|w| w.action).collect();
    assert_eq!(actions, [Action::Created, Action::Updated, Action::Updated, Action::Unchanged]);
    let ids: BTreeSet<_> = written.iter().map(|w| w.id).collect();
    assert_eq!(ids.len(), 1);
    let stored = world.read(company, written[0].id).await;
    assert_eq!((&stored["tags"], &stored["email"]), (&json!(["a", "b", "c"]), &json!("x@y.z")));
}

async fn several_upserts_of_one_new_email_in_a_set_make_one_contact(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let emails = ["Ä@b.c", "ä@B.C", "ä@b.c"];
    let written = world.write(emails.map(|email| upsert(company, json!({ "email": email }))).into()).await;
    let actions: Vec<_> = written.iter().map(|w| w.action).collect();
    assert_eq!(actions, [Action::Created, Action::Unchanged, Action::Unchanged]);
    assert!(written.iter().all(|w| w.contact.as_ref().unwrap().email.as_deref() == Some("ä@b.c")));
}

async fn an_upsert_finds_a_contact_by_the_key_that_an_update_of_its_set_gave_it(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let contact = world.create(company, json!({ "phone_number": PHONE })).await;
    let written = world
        .write(vec![
            update(company, contact, json!({ "phone_number": "(415) 555-0199" })),
            upsert(company, json!({ "phone_number": OTHER, "notes": "moved" })),
            upsert(company, json!({ "phone_number": PHONE, "notes": "new" })),
        ])
        .await;
    assert_eq!((written[1].id, written[1].action), (contact, Action::Updated));
    assert_eq!(written[2].action, Action::Created, "nobody has the first number any more");
    let stored = world.read(company, contact).await;
    assert_eq!((&stored["phone"], &stored["notes"]), (&json!(OTHER), &json!("moved")));
}

async fn an_upsert_finds_the_next_oldest_where_an_update_of_its_set_took_the_key(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let first = world.create(company, json!({ "phone_number": PHONE })).await;
    let [second, third] = [world.create(company, json!({})).await, world.create(company, json!({})).await];
    let phone = json!({ "phone_number": PHONE });
    // The younger of the two gets it first.
    world.write(vec![update(company, third, phone.clone()), update(company, second, phone.clone())]).await;

    let written = world
        .write(vec![
            upsert(company, phone.clone()),
            update(company, first, json!({ "phone_number": null })),
            upsert(company, phone.clone()),
            update(company, second, json!({ "phone_number": "" })),
            upsert(company, phone.clone()),
            update(company, third, json!({ "phone_number": "call 12345" })),
            upsert(company, phone.clone()),
            upsert(company, json!({ "phone_number": "call 12345" })),
        ])
        .await;
    let hit = [0, 2, 4].map(|n| written[n].id);
    assert_eq!(hit, [first, second, third]);
    assert_eq!(written[6].action, Action::Created);
    assert_eq!(written[7].id, third, "a text that is not a possible number matches as it was sent");
}

async fn a_text_that_cannot_be_a_phone_or_an_email_leads_to_no_contact(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    for (field, texts) in [
        ("phone_number", &["N/A", "-", "none", "0", "unknown", "000-000-0000", "4.479E+11"][..]),
        ("email", &["N/A", "none", "jane@", "@example.com", "a@b@c"]),
    ] {
        for text in texts {
            let body = json!({ field: text });
            let twice = world.write(vec![upsert(company, body.clone()), upsert(company, body.clone())]).await;
            let later = world.create(company, body).await;
            let ids = BTreeSet::from([twice[0].id, twice[1].id, later]);
            assert_eq!(ids.len(), 3, "{field} {text:?}");
            // An update stores such a text, too, and gives the contact no key.
            let keyed = world.create(company, json!({ "notes": text })).await;
            world.write(vec![update(company, keyed, json!({ field: text }))]).await;
            world.create(company, json!({ field: text })).await;
        }
    }
}

async fn invisible_characters_make_no_second_contact(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let first = world.create(company, json!({ "phone_number": PHONE, "email": "a@b.c" })).await;
    for body in [
        json!({ "phone_number": "\u{202A}+1 415 555 2671\u{202C}" }),
        json!({ "phone_number": "+1\u{FE0D}-415-555-2671\u{A0}" }),
        json!({ "email": "\u{FEFF}A@b.c" }),
        json!({ "email": " a@\u{200B}b.c\u{A0}" }),
    ] {
        let written = world.store.write_one(upsert(company, body.clone())).await.unwrap();
        assert_eq!((written.id, written.action), (first, Action::Unchanged), "{body}");
    }
    // An update stores them, and they are no part of the key.
    let email = "\u{200B}x@y.z\u{A0}";
    world.write(vec![update(company, first, json!({ "email": email }))]).await;
    assert_eq!(world.read(company, first).await["email"], email);
    assert_eq!(world.store.write_one(upsert(company, json!({ "email": "x@y.z" }))).await.unwrap().id, first);
}

async fn of_several_contacts_the_oldest_counts_even_where_it_got_the_key_last(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let old = world.create(company, json!({})).await;
    let young = world.create(company, json!({ "phone_number": PHONE, "email": "a@b.c" })).await;
    let by_phone = || upsert(company, json!({ "phone_number": PHONE }));
    let by_email = || upsert(company, json!({ "email": "a@b.c" }));
    let keys = json!({ "phone_number": "(415) 555-2671", "email": "A@B.C" });
    let written =
        world.write(vec![by_phone(), by_email(), update(company, old, keys), by_phone(), by_email()]).await;
    let hit = [0, 1, 3, 4].map(|n| written[n].id);
    assert_eq!(hit, [young, young, old, old]);
    let after = world.write(vec![by_phone(), by_email()]).await;
    assert!(after.iter().all(|w| w.id == old), "and so in the next set");
}

async fn an_email_that_belongs_to_another_is_left_out_within_a_set_too(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let written = world
        .write(vec![
            upsert(company, json!({ "email": "a@b.c" })),
            upsert(company, json!({ "phone_number": PHONE, "email": "own@b.c" })),
            upsert(company, json!({ "phone_number": PHONE, "email": "a@b.c", "notes": "both" })),
        ])
        .await;
    assert_eq!(written[2].id, written[1].id, "the phone's contact is updated");
    assert_eq!(written[2].contact.as_ref().unwrap().email.as_deref(), Some("own@b.c"));
    assert_eq!(written[2].contact.as_ref().unwrap().notes.as_deref(), Some("both"));
    assert_eq!(written[2].ignored, ["email"]);
    assert_eq!(world.read(company, written[0].id).await["notes"], json!(null));
}

async fn a_phone_freed_and_taken_again_within_a_set_leads_to_its_holder(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let [a, b] = [
        world.create(company, json!({ "phone_number": PHONE })).await,
        world.create(company, json!({})).await,
    ];
    let written = world
        .write(vec![
            update(company, a, json!({ "phone_number": null })),
            update(company, b, json!({ "phone_number": PHONE })),
            upsert(company, json!({ "phone_number": PHONE, "notes": "b" })),
            update(company, b, json!({ "phone_number": OTHER })),
            update(company, a, json!({ "phone_number": PHONE })),
            upsert(company, json!({ "phone_number": PHONE, "notes": "a" })),
        ])
        .await;
    assert_eq!([written[2].id, written[5].id], [b, a]);
    assert_eq!(
        [world.read(company, a).await, world.read(company, b).await].map(|c| c["notes"].clone()),
        ["a", "b"]
    );
}

async fn concurrent_upserts_of_one_new_phone_make_one_contact(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let stores = [world.store.clone(), world.another_store().await];
    for round in 0..5 {
        let mut callers = tokio::task::JoinSet::new();
        for caller in 0..24 {
            let store = stores[caller % 2].clone();
            let body = match caller % 3 {
                0 => json!({ "phone_number": format!("(415) 555-01{round}0") }),
                1 => {
                    json!({ "phone_number": format!("+1415555 01{round}0"), "email": format!("{round}@b.c") })
                }
                _ => {
                    json!({ "email": format!("{round}@B.c"), "phone_number": format!("415-555-01{round}0") })
                }
            };
            callers.spawn(async move { store.write_one(upsert(company, body)).await.unwrap() });
        }
        let written = callers.join_all().await;
        let ids: BTreeSet<_> = written.iter().map(|w| w.id).collect();
        assert_eq!(ids.len(), 1, "round {round}");
        let created = written.iter().filter(|w| w.action == Action::Created).count();
        assert_eq!(created, 1, "one of them says that it created it");
    }
    stores[1].close().await;
}

/// A role or a database may have another isolation for its default.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: cargo xtask test starts one"]
async fn concurrent_upserts_make_one_contact_whatever_the_default_isolation() {
    let world = World::new(Backend::Postgres).await;
    let company = world.company().await;
    let url = format!("{}&options[default_transaction_isolation]=repeatable%20read", world.database.url());
    let options = StoreOptions { connections: 6, ..StoreOptions::default() };
    let stores = [Store::open(&url, &options).await.unwrap(), Store::open(&url, &options).await.unwrap()];
    for round in 0..20 {
        let email = format!("round-{round}@example.com");
        let mut callers = tokio::task::JoinSet::new();
        for caller in 0..8 {
            let (store, body) = (stores[caller % 2].clone(), json!({ "email": email }));
            callers.spawn(async move { store.write_one(upsert(company, body)).await.unwrap() });
        }
        let ids: BTreeSet<_> = callers.join_all().await.iter().map(|written| written.id).collect();
        assert_eq!(ids.len(), 1, "round {round}");
    }
    for store in stores {
        store.close().await;
    }
}

async fn concurrent_updates_and_upserts_agree_on_the_holder(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let contact = world.create(company, json!({ "phone_number": PHONE })).await;
    let stores = [world.store.clone(), world.another_store().await];
    let mut callers = tokio::task::JoinSet::new();
    for caller in 0..40 {
        let store = stores[caller % 2].clone();
        let write = match caller % 4 {
            0 => update(company, contact, json!({ "phone_number": OTHER })),
            1 => update(company, contact, json!({ "phone_number": PHONE })),
            2 => upsert(company, json!({ "phone_number": PHONE })),
            _ => upsert(company, json!({ "phone_number": OTHER })),
        };
        callers.spawn(async move { store.write_one(write).await.unwrap() });
    }
    let written = callers.join_all().await;
    // An upsert that finds the contact away creates one for its number, and then that number has a
    // holder for good: two numbers, so at most two contacts beside the one that moves.
    let created = written.iter().filter(|w| w.action == Action::Created).count();
    assert!(created <= 2, "{created} were created");
    for phone in [PHONE, OTHER] {
        let [first, second] =
            [0, 1].map(|n| stores[n].write_one(upsert(company, json!({ "phone_number": phone }))));
        assert_eq!(first.await.unwrap().id, second.await.unwrap().id);
    }
    stores[1].close().await;
}
