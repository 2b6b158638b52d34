//! The audit trail in the log, which is independent of the log level.

use contact_testing::{Backend, TestDatabase, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::caller::response;
use crate::process::{Finished, Server, finish, on_database};

on_both_databases!(
    changes_over_http_are_audited_with_ids_and_client_address,
    commands_are_audited,
    failed_authentications_are_counted_and_throttled,
    log_level_does_not_disable_the_audit_trail,
);

fn command(database: &TestDatabase, arguments: &[&str]) -> Command {
    let mut command = on_database(database.url(), arguments);
    command.env("CONTACTS_LOG_FORMAT", "json");
    command
}

/// The fields of each audit event with this name, in order.
fn audit_events(finished: &Finished, event: &str) -> Vec<Value> {
    let lines = finished.stderr.lines().filter(|line| !line.starts_with("note: "));
    let lines = lines.map(|line| serde_json::from_str::<Value>(line).unwrap());
    let events = lines.filter(|line| line["target"] == "audit" && line["fields"]["event"] == event);
    events.map(|line| line["fields"].clone()).collect()
}

async fn changes_over_http_are_audited_with_ids_and_client_address(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let server = Server::spawn(command(&database, &["--listen", "127.0.0.1:0"])).await;
    let first_key = server.first_key().await;
    let caller = server.caller(&first_key);
    let create = |id: &'static str| {
        let request = caller.request(Method::POST, "/api-keys/").header("X-Request-Id", id);
        request.json(&json!({ "name": "zqmark", "access": "read" }))
    };
    let once = || create("once").header("Idempotency-Key", "a");
    let (status, created) = response(once().send().await.unwrap()).await;
    assert_eq!(status, 201, "{created}");
    // A replay and a dry run change nothing.
    assert_eq!(once().send().await.unwrap().headers()["idempotent-replayed"], "true");
    assert_eq!(create("dry").header("Prefer", "tx=rollback").send().await.unwrap().status(), 201);
    let id = created["id"].as_str().unwrap();
    let revoke = caller.request(Method::DELETE, &format!("/api-keys/{id}/")).header("X-Request-Id", "revoke");
    assert_eq!(revoke.send().await.unwrap().status(), 204);

    let finished = server.stop().await;
    let company = &audit_events(&finished, "company_created")[..];
    let [company] = company else { panic!("one company is created: {company:?}") };
    let keys = audit_events(&finished, "key_created");
    let [first, second] = &keys[..] else { panic!("two keys are created: {keys:?}") };
    assert_eq!(first["access"], "admin");
    assert_eq!((&first["company_id"], &first["client"]), (&company["company_id"], &Value::Null));
    let expected = json!({
        "event": "key_created", "key_id": id, "company_id": company["company_id"], "access": "read",
        "by_key_id": first["key_id"], "request_id": "once", "client": "127.0.0.1",
    });
    assert_eq!(second, &expected);
    let revoked = json!({
        "event": "key_revoked", "key_id": id, "company_id": company["company_id"],
        "by_key_id": first["key_id"], "request_id": "revoke", "client": "127.0.0.1",
    });
    assert_eq!(audit_events(&finished, "key_revoked"), [revoked]);
    for secret in [first_key.as_str(), created["key"].as_str().unwrap(), "zqmark"] {
        assert!(!finished.stderr.contains(secret), "{}", finished.stderr);
    }
}

async fn commands_are_audited(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let run = async |arguments: &[&str], event: &str| {
        let done = finish(command(&database, &[arguments, &["--output", "json"]].concat())).await;
        let events = audit_events(&done, event);
        let [event] = &events[..] else { panic!("one event: {done:#?}") };
        (serde_json::from_str::<Value>(&done.stdout).unwrap(), event.clone())
    };
    let (company, event) = run(&["company", "create", "zqmark", "--country", "US"], "company_created").await;
    let id = company["id"].as_str().unwrap();
    assert_eq!(event, json!({ "event": "company_created", "company_id": id }));
    let (_, event) = run(&["company", "update", id, "--name", "zqmark b"], "company_changed").await;
    assert_eq!(event, json!({ "event": "company_changed", "company_id": id }));
    let (key, event) = run(&["api-key", "create", "--company", id, "--name", "zqmark"], "key_created").await;
    let expected =
        json!({ "event": "key_created", "key_id": key["id"], "company_id": id, "access": "write" });
    assert_eq!(event, expected);
    let (_, event) = run(&["api-key", "revoke", key["id"].as_str().unwrap(), "--yes"], "key_revoked").await;
    assert_eq!(event, json!({ "event": "key_revoked", "key_id": key["id"], "company_id": id }));
}

async fn failed_authentications_are_counted_and_throttled(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let server = Server::spawn(command(&database, &["--listen", "127.0.0.1:0"])).await;
    server.first_key().await;
    let unknown = contact_model::ApiKey::from_random(7).reveal().to_owned();
    let caller = server.caller(&unknown);
    const FAILURES: u64 = 50;
    for number in 0..FAILURES {
        let request =
            caller.request(Method::GET, "/whoami/").header("X-Request-Id", format!("failed-{number}"));
        assert_eq!(request.send().await.unwrap().status(), 401);
    }
    let finished = server.stop().await;
    let events = audit_events(&finished, "authentication_failed");
    let counted: u64 = events.iter().map(|event| event["count"].as_u64().unwrap()).sum();
    assert_eq!(counted, FAILURES, "every failure is counted");
    assert!(events.len() < 50, "the number of events is limited");
    assert_eq!(
        (&events[0]["client"], &events[0]["first_request_id"]),
        (&json!("127.0.0.1"), &json!("failed-0"))
    );
    assert!(!finished.stderr.contains(&unknown));
}

async fn log_level_does_not_disable_the_audit_trail(backend: Backend) {
    for (level, is_audited) in
        [(None, true), (Some("error"), true), (Some("off"), true), (Some("audit=off"), false)]
    {
        let database = TestDatabase::new(backend).await;
        let mut create = command(&database, &["company", "create", "a", "--country", "US"]);
        create.envs(level.map(|level| ("RUST_LOG", level)));
        let done = finish(create).await;
        assert_eq!(
            audit_events(&done, "company_created").len(),
            usize::from(is_audited),
            "{level:?}: {done:#?}"
        );
    }
}
