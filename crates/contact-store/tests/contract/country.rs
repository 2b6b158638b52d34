//! Changes of a company's country, which change the phone keys of its contacts.

use contact_model::{Country, phone};
use contact_store::Action;
use contact_testing::{Backend, on_both_databases};
use serde_json::json;

use crate::fixture::{Fixture, update, upsert};
use crate::schema::Rows;

on_both_databases!(
    change_of_country_updates_every_phone_key,
    concurrent_upserts_leave_no_phone_key_of_the_old_country,
);

/// Returns the phone and the phone key of each contact that has a phone.
async fn keys(fixture: &Fixture) -> Vec<(String, Option<String>)> {
    let rows = Rows::open(&fixture.database).await;
    let stored = rows.texts("SELECT phone, phone_key FROM contacts WHERE phone IS NOT NULL", 2).await;
    stored.into_iter().map(|mut row| (row[0].take().unwrap(), row[1].take())).collect()
}

async fn change_of_country_updates_every_phone_key(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let (company, other) = (fixture.company().await, fixture.company().await);
    // More contacts than one transaction updates.
    let many = (0..1_100).map(|n| json!({ "phone_number": format!("030 90{n:04}") }));
    let created = fixture.write(many.map(|body| upsert(company, body)).collect()).await;
    let foreign = fixture.create(other, json!({ "phone_number": "030 90182" })).await;
    let as_sent = created[0].id;
    fixture.write(vec![update(company, as_sent, json!({ "phone_number": "(415) 555-2671" }))]).await;

    fixture.set_country(company, "DE").await;
    let written = fixture
        .write(vec![
            upsert(company, json!({ "phone_number": "+49 30 900001" })),
            upsert(company, json!({ "phone_number": "030901099" })),
            upsert(company, json!({ "phone_number": "+14155552671" })),
            upsert(other, json!({ "phone_number": "030 90182" })),
        ])
        .await;
    assert_eq!(written[0].id, created[1].id);
    assert_eq!(written[1].id, created[1_099].id, "the last contact is updated, too");
    assert_eq!(written[2].action, Action::Created, "the US number is not a number in the new country");
    assert_eq!(written[3].id, foreign, "the other company is not affected");

    fixture.set_country(company, "US").await;
    let back =
        fixture.write(vec![upsert(company, json!({ "phone_number": "+1 415 555 2671" }))]).await.remove(0);
    assert_eq!(back.id, as_sent, "the oldest of two contacts with the same key");
}

async fn concurrent_upserts_leave_no_phone_key_of_the_old_country(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let other_store = fixture.another_store().await;
    let moving = fixture.create(company, json!({})).await;
    let countries = ["DE", "US", "GB", "DE", "FR", "US", "GB"];
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..4_u32 {
        let store = if writer % 2 == 0 { fixture.store.clone() } else { other_store.clone() };
        writers.spawn(async move {
            for n in 0..60 {
                let phone = format!("020 7946 0{:03}", n * 4 + writer);
                let writes = match n % 3 {
                    0 => vec![upsert(company, json!({ "phone_number": phone }))],
                    1 => vec![upsert(company, json!({ "phone_number": "030 901820" }))],
                    _ => vec![update(company, moving, json!({ "phone_number": phone }))],
                };
                for result in store.write(writes).await {
                    result.unwrap();
                }
            }
        });
    }
    for country in countries {
        fixture.set_country(company, country).await;
    }
    writers.join_all().await;
    other_store.close().await;

    let last: Country = countries[countries.len() - 1].parse().unwrap();
    let keys = keys(&fixture).await;
    assert!(keys.len() > 40, "contacts were created: {}", keys.len());
    for (stored, key) in keys {
        assert_eq!(key, phone::key(&stored, last), "{stored} is found as a number of {last}");
    }
}
