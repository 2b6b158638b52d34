//! Which contact an upsert matches after earlier writes of its set, and during concurrent writes.

use std::collections::BTreeSet;

use contact_store::{Action, Store, StoreOptions};
use contact_testing::{Backend, on_both_databases};
use serde_json::json;

use crate::fixture::{Fixture, update, upsert};

on_both_databases!(
    upserts_of_one_new_phone_in_a_set_create_one_contact,
    upserts_of_one_new_email_in_a_set_create_one_contact,
    upsert_matches_a_key_that_an_update_of_its_set_added,
    upsert_matches_the_next_contact_if_an_update_of_its_set_removed_the_key,
    text_that_cannot_be_a_phone_or_an_email_matches_nothing,
    invisible_characters_do_not_create_a_second_contact,
    oldest_contact_matches_even_if_it_got_the_key_last,
    email_of_another_contact_is_ignored_within_a_set,
    phone_that_moves_within_a_set_matches_its_current_contact,
    concurrent_upserts_of_one_new_phone_create_one_contact,
    concurrent_updates_and_upserts_agree_on_the_matching_contact,
);

const PHONE: &str = "+14155552671";
const OTHER: &str = "+14155550199";

async fn upserts_of_one_new_phone_in_a_set_create_one_contact(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let written = fixture
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
    let stored = fixture.read(company, written[0].id).await;
    assert_eq!((&stored["tags"], &stored["email"]), (&json!(["a", "b", "c"]), &json!("x@y.z")));
}

async fn upserts_of_one_new_email_in_a_set_create_one_contact(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let emails = ["Ä@b.c", "ä@B.C", "ä@b.c"];
    let written = fixture.write(emails.map(|email| upsert(company, json!({ "email": email }))).into()).await;
    let actions: Vec<_> = written.iter().map(|w| w.action).collect();
    assert_eq!(actions, [Action::Created, Action::Unchanged, Action::Unchanged]);
    assert!(written.iter().all(|w| w.contact.as_ref().unwrap().email.as_deref() == Some("ä@b.c")));
}

async fn upsert_matches_a_key_that_an_update_of_its_set_added(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let contact = fixture.create(company, json!({ "phone_number": PHONE })).await;
    let written = fixture
        .write(vec![
            update(company, contact, json!({ "phone_number": "(415) 555-0199" })),
            upsert(company, json!({ "phone_number": OTHER, "notes": "moved" })),
            upsert(company, json!({ "phone_number": PHONE, "notes": "new" })),
        ])
        .await;
    assert_eq!((written[1].id, written[1].action), (contact, Action::Updated));
    assert_eq!(written[2].action, Action::Created, "no contact has the first number");
    let stored = fixture.read(company, contact).await;
    assert_eq!((&stored["phone"], &stored["notes"]), (&json!(OTHER), &json!("moved")));
}

async fn upsert_matches_the_next_contact_if_an_update_of_its_set_removed_the_key(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let first = fixture.create(company, json!({ "phone_number": PHONE })).await;
    let [second, third] =
        [fixture.create(company, json!({})).await, fixture.create(company, json!({})).await];
    let phone = json!({ "phone_number": PHONE });
    // The younger contact gets the phone first.
    fixture.write(vec![update(company, third, phone.clone()), update(company, second, phone.clone())]).await;

    let written = fixture
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
    let matched = [0, 2, 4].map(|n| written[n].id);
    assert_eq!(matched, [first, second, third]);
    assert_eq!(written[6].action, Action::Created);
    assert_eq!(written[7].id, third, "a text that is not a possible number matches as it was sent");
}

async fn text_that_cannot_be_a_phone_or_an_email_matches_nothing(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    for (field, texts) in [
        ("phone_number", &["N/A", "-", "none", "0", "unknown", "000-000-0000", "4.479E+11"][..]),
        ("email", &["N/A", "none", "jane@", "@example.com", "a@b@c"]),
    ] {
        for text in texts {
            let body = json!({ field: text });
            let twice =
                fixture.write(vec![upsert(company, body.clone()), upsert(company, body.clone())]).await;
            let later = fixture.create(company, body).await;
            let ids = BTreeSet::from([twice[0].id, twice[1].id, later]);
            assert_eq!(ids.len(), 3, "{field} {text:?}");
            // An update stores such a text, too, but without a key.
            let keyed = fixture.create(company, json!({ "notes": text })).await;
            fixture.write(vec![update(company, keyed, json!({ field: text }))]).await;
            fixture.create(company, json!({ field: text })).await;
        }
    }
}

async fn invisible_characters_do_not_create_a_second_contact(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let first = fixture.create(company, json!({ "phone_number": PHONE, "email": "a@b.c" })).await;
    for body in [
        json!({ "phone_number": "\u{202A}+1 415 555 2671\u{202C}" }),
        json!({ "phone_number": "+1\u{FE0D}-415-555-2671\u{A0}" }),
        json!({ "email": "\u{FEFF}A@b.c" }),
        json!({ "email": " a@\u{200B}b.c\u{A0}" }),
    ] {
        let written = fixture.store.write_one(upsert(company, body.clone())).await.unwrap();
        assert_eq!((written.id, written.action), (first, Action::Unchanged), "{body}");
    }
    // An update stores invisible characters, but the key does not contain them.
    let email = "\u{200B}x@y.z\u{A0}";
    fixture.write(vec![update(company, first, json!({ "email": email }))]).await;
    assert_eq!(fixture.read(company, first).await["email"], email);
    assert_eq!(
        fixture.store.write_one(upsert(company, json!({ "email": "x@y.z" }))).await.unwrap().id,
        first
    );
}

async fn oldest_contact_matches_even_if_it_got_the_key_last(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let old = fixture.create(company, json!({})).await;
    let young = fixture.create(company, json!({ "phone_number": PHONE, "email": "a@b.c" })).await;
    let by_phone = || upsert(company, json!({ "phone_number": PHONE }));
    let by_email = || upsert(company, json!({ "email": "a@b.c" }));
    let keys = json!({ "phone_number": "(415) 555-2671", "email": "A@B.C" });
    let written =
        fixture.write(vec![by_phone(), by_email(), update(company, old, keys), by_phone(), by_email()]).await;
    let matched = [0, 1, 3, 4].map(|n| written[n].id);
    assert_eq!(matched, [young, young, old, old]);
    let after = fixture.write(vec![by_phone(), by_email()]).await;
    assert!(after.iter().all(|w| w.id == old), "also in the next set");
}

async fn email_of_another_contact_is_ignored_within_a_set(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let written = fixture
        .write(vec![
            upsert(company, json!({ "email": "a@b.c" })),
            upsert(company, json!({ "phone_number": PHONE, "email": "own@b.c" })),
            upsert(company, json!({ "phone_number": PHONE, "email": "a@b.c", "notes": "both" })),
        ])
        .await;
    assert_eq!(written[2].id, written[1].id, "the contact with the phone is updated");
    assert_eq!(written[2].contact.as_ref().unwrap().email.as_deref(), Some("own@b.c"));
    assert_eq!(written[2].contact.as_ref().unwrap().notes.as_deref(), Some("both"));
    assert_eq!(written[2].ignored, ["email"]);
    assert_eq!(fixture.read(company, written[0].id).await["notes"], json!(null));
}

async fn phone_that_moves_within_a_set_matches_its_current_contact(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let [a, b] = [
        fixture.create(company, json!({ "phone_number": PHONE })).await,
        fixture.create(company, json!({})).await,
    ];
    let written = fixture
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
        [fixture.read(company, a).await, fixture.read(company, b).await].map(|c| c["notes"].clone()),
        ["a", "b"]
    );
}

async fn concurrent_upserts_of_one_new_phone_create_one_contact(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let stores = [fixture.store.clone(), fixture.another_store().await];
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
        assert_eq!(created, 1, "exactly one upsert creates the contact");
    }
    stores[1].close().await;
}

/// A role or a database may have another default isolation level.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: cargo xtask test starts one"]
async fn concurrent_upserts_create_one_contact_with_any_default_isolation() {
    let fixture = Fixture::new(Backend::Postgres).await;
    let company = fixture.company().await;
    let url = format!("{}&options[default_transaction_isolation]=repeatable%20read", fixture.database.url());
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

async fn concurrent_updates_and_upserts_agree_on_the_matching_contact(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let contact = fixture.create(company, json!({ "phone_number": PHONE })).await;
    let stores = [fixture.store.clone(), fixture.another_store().await];
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
    // An upsert creates a contact if its number has none at that moment, and then the number always has one. There are
    // two numbers, so at most two contacts are created.
    let created = written.iter().filter(|w| w.action == Action::Created).count();
    assert!(created <= 2, "{created} were created");
    for phone in [PHONE, OTHER] {
        let [first, second] =
            [0, 1].map(|n| stores[n].write_one(upsert(company, json!({ "phone_number": phone }))));
        assert_eq!(first.await.unwrap().id, second.await.unwrap().id);
    }
    stores[1].close().await;
}
