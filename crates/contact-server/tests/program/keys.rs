//! The commands `api-key create | list | revoke`, while a server uses the same database.

use std::time::{Duration, Instant};

use contact_model::ProblemType;
use contact_testing::{Backend, TestDatabase, on_both_databases};
use serde_json::{Value, json};

use crate::caller::problem;
use crate::process::{Server, json, run, table};
use crate::redaction::redact;

on_both_databases!(
    key_has_the_access_that_it_was_created_with,
    listed_keys_do_not_contain_their_secret,
    key_is_printed_once,
    expired_key_does_not_work,
    revoked_key_stops_working_within_five_seconds,
    listing_keys_of_an_unknown_company_is_refused,
);

/// The path of a contact that does not exist.
const UNKNOWN_CONTACT: &str = "/contacts/00000000-0000-0000-0000-000000000000/";

async fn company(database: &TestDatabase) -> String {
    run(database.url(), &["migrate"]).await.text();
    let create = ["company", "create", "Example Ltd", "--country", "US"];
    json(database.url(), &create).await["id"].as_str().unwrap().to_owned()
}

async fn create_key(database: &TestDatabase, company: &str, arguments: &[&str]) -> Value {
    json(database.url(), &[&["api-key", "create", "--company", company], arguments].concat()).await
}

async fn key_has_the_access_that_it_was_created_with(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let server = Server::start(database.url()).await;
    let company = company(&database).await;

    let default = create_key(&database, &company, &[]).await;
    let key = default["key"].as_str().unwrap();
    let expected = json!({
        "id": default["id"],
        "company_id": company,
        "name": null,
        "hint": format!("{}…", &key[..8]),
        "access": "write",
        "created_at": default["created_at"],
        "expires_at": null,
        "revoked_at": null,
        "last_used_at": null,
        "key": key,
    });
    assert_eq!(default, expected);
    let contact = server.caller(key).create(&json!({})).await;

    let named = ["--access", "read", "--name", "reporting", "--expires-at", "2999-01-31T01:00:00+01:00"];
    let reading = create_key(&database, &company, &named).await;
    assert_eq!((&reading["access"], &reading["name"]), (&json!("read"), &json!("reporting")));
    assert_eq!(reading["expires_at"], "2999-01-31T00:00:00Z");
    let reader = server.caller(reading["key"].as_str().unwrap());
    assert_eq!(reader.get(&contact).await.0, 200);
    problem(reader.patch(&contact, &json!({})).await, ProblemType::Forbidden);

    let admin = create_key(&database, &company, &["--access", "admin"]).await;
    let admin = server.caller(admin["key"].as_str().unwrap());
    assert_eq!(admin.patch(&contact, &json!({ "notes": "x" })).await.0, 200);
}

async fn listed_keys_do_not_contain_their_secret(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let (own, foreign) = (company(&database).await, company(&database).await);
    let mut created = Vec::new();
    for company in [&own, &foreign, &own] {
        let mut key = create_key(&database, company, &[]).await;
        key.as_object_mut().unwrap().remove("key").unwrap();
        created.push(key);
    }
    let all = json(database.url(), &["api-key", "list"]).await;
    assert_eq!(all, json!(created), "the oldest first");
    let listed = json(database.url(), &["api-key", "list", "--company", &own]).await;
    assert_eq!(listed, json!([created[0], created[2]]));
}

async fn key_is_printed_once(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let company = company(&database).await;
    let create = ["api-key", "create", "--company", &company, "--name", "reporting", "--access", "read"];
    let shown = table(database.url(), &create).await;
    let key = shown.lines().last().unwrap().trim().to_owned();
    let listed = json(database.url(), &["api-key", "list"]).await;
    let secret = json!(key);
    let values = [
        (&secret, "ctk_KEY"),
        (&listed[0]["hint"], "HINT"),
        (&listed[0]["id"], "KEY_ID"),
        (&listed[0]["company_id"], "COMPANY_ID"),
        (&listed[0]["created_at"], "TIME"),
    ];
    insta::assert_snapshot!("key_create", redact(&shown, values));

    let id = listed[0]["id"].as_str().unwrap();
    let refused = run(database.url(), &["api-key", "revoke", id]).await.error_line();
    assert!(refused.contains("--yes"), "nobody can be asked: {refused}");
    let revoked = table(database.url(), &["api-key", "revoke", id, "--yes"]).await;
    let again = json(database.url(), &["api-key", "revoke", id, "--yes"]).await;
    let revoked_at = json(database.url(), &["api-key", "list"]).await[0]["revoked_at"].clone();
    assert_eq!(again["revoked_at"], revoked_at, "revoking a key again changes nothing");
    let values = values.into_iter().skip(1).chain([(&revoked_at, "REVOKED_AT")]);
    insta::assert_snapshot!("key_revoke", redact(&revoked, values.clone()));
    let shown = table(database.url(), &["api-key", "list"]).await;
    assert_eq!(shown, revoked, "the list shows the same row");
    assert!(!shown.contains(&key));
}

async fn expired_key_does_not_work(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let server = Server::start(database.url()).await;
    let company = company(&database).await;
    let expired = create_key(&database, &company, &["--expires-at", "2020-01-01T00:00:00Z"]).await;
    let caller = server.caller(expired["key"].as_str().unwrap());
    problem(caller.get(UNKNOWN_CONTACT).await, ProblemType::Unauthorized);
}

async fn revoked_key_stops_working_within_five_seconds(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let servers = [Server::start(database.url()).await, Server::start(database.url()).await];
    let company = company(&database).await;
    let [revoked, kept] =
        [create_key(&database, &company, &[]).await, create_key(&database, &company, &[]).await];
    let callers = servers.each_ref().map(|server| server.caller(revoked["key"].as_str().unwrap()));
    for caller in &callers {
        problem(caller.get(UNKNOWN_CONTACT).await, ProblemType::ContactNotFound);
    }

    run(database.url(), &["api-key", "revoke", revoked["id"].as_str().unwrap(), "--yes"]).await.text();
    let since = Instant::now();
    for caller in &callers {
        while caller.get(UNKNOWN_CONTACT).await.0 != 401 {
            assert!(since.elapsed() < Duration::from_secs(5), "the key still works after 5 seconds");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    let caller = servers[0].caller(kept["key"].as_str().unwrap());
    problem(caller.get(UNKNOWN_CONTACT).await, ProblemType::ContactNotFound);
}

async fn listing_keys_of_an_unknown_company_is_refused(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    company(&database).await;
    let unknown = "00000000-0000-0000-0000-000000000000";
    let line = run(database.url(), &["api-key", "list", "--company", unknown]).await.error_line();
    assert!(line.contains("there is no such company"), "{line}");
}
