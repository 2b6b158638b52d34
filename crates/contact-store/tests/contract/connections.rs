//! Connections to PostgreSQL that break.

use contact_store::ContactLookup;
use contact_testing::TestDatabase;
use serde_json::json;

use crate::fixture::{ALL, Fixture, update, upsert};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: cargo xtask test starts one"]
async fn broken_idle_connections_are_replaced() {
    let fixture = Fixture::on(TestDatabase::separate_postgres().await).await;
    let company = fixture.company().await;
    let contact = fixture.create(company, json!({ "notes": "before" })).await;
    for round in 0..8 {
        fixture.database.break_connections().await;
        let notes = format!("round {round}");
        let written = match round % 2 {
            0 => fixture.store.write_one(update(company, contact, json!({ "notes": notes }))).await,
            _ => fixture.store.write_one(upsert(company, json!({ "notes": notes }))).await,
        };
        assert_eq!(written.unwrap().contact.unwrap().notes, Some(notes.clone()));
        fixture.database.break_connections().await;
        let lookup = ContactLookup { company_id: company, id: contact, include: ALL };
        let found = fixture.store.get(lookup).await.unwrap().expect("it exists");
        assert_eq!(round % 2 == 0, found.detail.contact.notes == Some(notes));
    }
}
