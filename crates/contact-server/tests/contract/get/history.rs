//! The history of a contact.

use std::time::Duration;

use contact_model::clock::{Clock as _, SystemClock};
use contact_model::{ProblemType, Timestamp};
use contact_server::retention::remove_old_changes;
use contact_testing::{Backend, on_both_databases};
use serde_json::{Value, json};

use crate::fixture::{Fixture, assert_cursor_of_next, bad, keys, path_of};

on_both_databases!(
    history_names_the_key_and_the_request,
    every_item_of_a_batch_has_the_request_of_the_batch,
    history_is_returned_page_by_page,
    malformed_cursor_is_a_400,
    changes_of_all_companies_are_removed_after_their_retention_time,
);

async fn history(fixture: &Fixture, path: &str) -> Vec<Value> {
    let response = fixture.company.get(&format!("{path}history/")).await;
    assert_eq!(response.status, 200, "{response:#?}");
    response.json()["results"].as_array().unwrap().clone()
}

async fn history_names_the_key_and_the_request(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    let changed = fixture.patch(json!({ "notes": "a" })).await;
    let whoami = fixture.company.get("/whoami/").await.json();
    let entry = history(&fixture, &fixture.path()).await.remove(0);
    assert_eq!(
        keys(&entry),
        ["action", "at", "changed", "contact_id", "hash", "key", "operation_id", "request_id", "sequence"]
    );
    assert_eq!(entry["key"]["id"], whoami["api_key"]["id"]);
    assert_eq!(entry["request_id"], changed.header("x-request-id"));
    assert_eq!(entry["changed"], json!({ "notes": { "before": null, "after": "a" } }));
}

async fn every_item_of_a_batch_has_the_request_of_the_batch(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    let items = json!({ "items": [
        { "op": "upsert", "email": "a@example.com" },
        { "op": "upsert", "email": "a@example.com", "notes": "b" },
    ] });
    let written = fixture.company.post("/contacts/batch/", items).await;
    let id = written.json()["results"][0]["id"].as_str().unwrap().parse().unwrap();
    let entries = history(&fixture, &path_of(id)).await;
    let request = json!(written.header("x-request-id"));
    assert_eq!(entries.len(), 2);
    assert!(entries.iter().all(|entry| entry["request_id"] == request), "{entries:#?}");
}

async fn history_is_returned_page_by_page(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    for number in 0..3 {
        fixture.patch(json!({ "notes": number.to_string() })).await;
    }
    let all = history(&fixture, &fixture.path()).await;
    let mut next = Some(format!("{}history/?page_size=2", fixture.path()));
    let mut read = Vec::new();
    while let Some(path) = next {
        let page = fixture.company.get(&path).await.json();
        assert_cursor_of_next(&page);
        read.extend(page["results"].as_array().unwrap().clone());
        next = page["next"].as_str().map(str::to_owned);
    }
    assert_eq!(read, all);
}

async fn malformed_cursor_is_a_400(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    for cursor in ["", "x", "AAAA"] {
        let refused = fixture.company.get(&format!("{}history/?cursor={cursor}", fixture.path())).await;
        assert_eq!(
            refused.invalid_fields(ProblemType::InvalidParameter),
            bad(&[("cursor", "invalid_value")])
        );
    }
}

async fn changes_of_all_companies_are_removed_after_their_retention_time(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    fixture.patch(json!({ "notes": "a" })).await;
    let server = &fixture.company.server;
    server.company().await.create(json!({})).await;
    let now = SystemClock.now();
    let remove = |hours: u64| {
        let at = Timestamp::from_micros(now.as_micros() + hours as i64 * 3_600_000_000).unwrap();
        remove_old_changes(&server.store, at.earlier_by(Duration::from_secs(3_600)))
    };
    assert_eq!(remove(0).await.unwrap(), 0);
    assert_eq!(history(&fixture, &fixture.path()).await.len(), 2);
    assert_eq!(remove(2).await.unwrap(), 3);
    assert_eq!(history(&fixture, &fixture.path()).await, [Value::Null; 0]);
}
