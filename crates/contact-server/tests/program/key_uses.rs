//! The time when each API key was last used.

use contact_model::clock::{Clock, SystemClock};
use contact_testing::{Backend, TestDatabase, on_both_databases};
use serde_json::Value;

use crate::process::{Server, json};

on_both_databases!(last_use_of_a_key_is_stored_at_the_latest_when_the_server_stops);

async fn last_use_of_a_key_is_stored_at_the_latest_when_the_server_stops(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let server = Server::start(database.url()).await;
    let first = server.first_key().await;
    let keys = json(database.url(), &["api-key", "list"]).await;
    assert_eq!(keys[0]["last_used_at"], Value::Null, "the key has not been used yet");
    let company = keys[0]["company_id"].as_str().unwrap();
    let unused = json(database.url(), &["api-key", "create", "--company", company]).await;
    let before = SystemClock.now().cut_to_minute().to_string();
    assert_eq!(server.caller(&first).get("/whoami/").await.0, 200);
    assert_eq!(server.caller(contact_model::ApiKey::from_random(1).reveal()).get("/whoami/").await.0, 401);
    let after = SystemClock.now().cut_to_minute().to_string();
    server.stop().await.text();

    let server = Server::start(database.url()).await;
    let (status, listed) = server.caller(&first).get("/api-keys/").await;
    assert_eq!(status, 200);
    let listed = listed["results"].as_array().unwrap();
    let used =
        listed.iter().find(|key| key["id"] == keys[0]["id"]).unwrap()["last_used_at"].as_str().unwrap();
    assert!(used == before || used == after, "{used} is neither {before} nor {after}");
    let never = listed.iter().find(|key| key["id"] == unused["id"]).unwrap();
    assert_eq!(never["last_used_at"], Value::Null);
    server.stop().await.text();
}
