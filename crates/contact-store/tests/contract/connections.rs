//! Connections to PostgreSQL that break.

use contact_store::ContactLookup;
use contact_testing::TestDatabase;
use serde_json::json;

use crate::world::{ALL, World, update, upsert};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: cargo xtask test starts one"]
async fn connections_that_broke_while_they_lay_idle_are_replaced() {
    let world = World::on(TestDatabase::separate_postgres().await).await;
    let company = world.company().await;
    let contact = world.create(company, json!({ "notes": "before" })).await;
    for round in 0..8 {
        world.database.break_connections().await;
        let notes = format!("round {round}");
        let written = match round % 2 {
            0 => world.store.write_one(update(company, contact, json!({ "notes": notes }))).await,
            _ => world.store.write_one(upsert(company, json!({ "notes": notes }))).await,
        };
        assert_eq!(written.unwrap().contact.unwrap().notes, Some(notes.clone()));
        world.database.break_connections().await;
        let lookup = ContactLookup { company_id: company, id: contact, include: ALL };
        let found = world.store.get_one(lookup).await.unwrap().expect("it exists");
        assert_eq!(round % 2 == 0, found.detail.contact.notes == Some(notes));
    }
}
