//! A company moves to another country: its contacts are found by the new one.

use contact_model::{Country, phone};
use contact_store::Action;
use contact_testing::{Backend, on_both_databases};
use serde_json::json;

use crate::schema::Rows;
use crate::world::{World, update, upsert};

on_both_databases!(
    a_change_of_country_computes_every_phone_key_anew,
    upserts_that_meet_a_change_of_country_leave_no_key_of_the_old_one,
);

/// The phone of each contact that has one, and the key that is stored beside it.
async fn keys(world: &World) -> Vec<(String, Option<String>)> {
    let rows = Rows::open(&world.database).await;
    let stored = rows.texts("SELECT phone, phone_key FROM contacts WHERE phone IS NOT NULL", 2).await;
    stored.into_iter().map(|mut row| (row[0].take().unwrap(), row[1].take())).collect()
}

async fn a_change_of_country_computes_every_phone_key_anew(backend: Backend) {
    let world = World::new(backend).await;
    let (company, other) = (world.company().await, world.company().await);
    // More than are computed in one go.
    let many = (0..1_100).map(|n| json!({ "phone_number": format!("030 90{n:04}") }));
    let created = world.write(many.map(|body| upsert(company, body)).collect()).await;
    let theirs = world.create(other, json!({ "phone_number": "030 90182" })).await;
    let as_sent = created[0].id;
    world.write(vec![update(company, as_sent, json!({ "phone_number": "(415) 555-2671" }))]).await;

    world.move_to(company, "DE").await;
    let written = world
        .write(vec![
            upsert(company, json!({ "phone_number": "+49 30 900001" })),
            upsert(company, json!({ "phone_number": "030901099" })),
            upsert(company, json!({ "phone_number": "+14155552671" })),
            upsert(other, json!({ "phone_number": "030 90182" })),
        ])
        .await;
    assert_eq!(written[0].id, created[1].id);
    assert_eq!(written[1].id, created[1_099].id, "the last one too");
    assert_eq!(written[2].action, Action::Created, "what was a US number is none any more");
    assert_eq!(written[3].id, theirs, "the other company stays where it was");

    world.move_to(company, "US").await;
    let back =
        world.write(vec![upsert(company, json!({ "phone_number": "+1 415 555 2671" }))]).await.remove(0);
    assert_eq!(back.id, as_sent, "of two with one key the oldest");
}

async fn upserts_that_meet_a_change_of_country_leave_no_key_of_the_old_one(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let other_store = world.another_store().await;
    let moving = world.create(company, json!({})).await;
    let countries = ["DE", "US", "GB", "DE", "FR", "US", "GB"];
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..4_u32 {
        let store = if writer % 2 == 0 { world.store.clone() } else { other_store.clone() };
        writers.spawn(async move {
            for n in 0..60 {
                let phone = format!("020 7946 0{:03}", n * 4 + writer);
                let writes = match n % 3 {
                    0 => vec![upsert(company, json!({ "phone_number": phone }))],
                    1 => vec![upsert(company, json!({ "phone_number": "030 901820" }))],
                    _ => vec![update(company, moving, json!({ "phone_number": phone }))],
                };
                for answer in store.write(writes).await {
                    answer.unwrap();
                }
            }
        });
    }
    for country in countries {
        world.move_to(company, country).await;
    }
    writers.join_all().await;
    other_store.close().await;

    let last: Country = countries[countries.len() - 1].parse().unwrap();
    let keys = keys(&world).await;
    assert!(keys.len() > 40, "contacts were created: {}", keys.len());
    for (stored, key) in keys {
        assert_eq!(key, phone::key(&stored, last), "{stored} is found as a number of {last}");
    }
}
