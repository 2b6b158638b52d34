//! A batch is one request, however many writes it brings.

use contact_model::ProblemType;
use contact_testing::{Backend, TestResponse, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use super::{assert_replays, rows, send};
use crate::fixture::{Fixture, UNKNOWN_ID};

on_both_databases!(
    a_batch_is_done_once_as_a_whole,
    a_refused_item_touches_no_other_with_a_key_either,
    a_batch_of_which_nothing_can_be_read_is_answered_again,
    an_atomic_batch_is_done_once_or_refused_once,
);

async fn batch(fixture: &Fixture, query: &str, key: &str, items: &Value) -> TestResponse {
    let path = format!("/contacts/batch/{query}");
    send(&fixture.company, Method::POST, &path, key, &json!({ "items": items })).await
}

async fn contacts(fixture: &Fixture) -> Value {
    fixture.company.get("/contacts/?count=true").await.json()["count"].clone()
}

async fn a_batch_is_done_once_as_a_whole(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    // More than one turn of the queue takes without a key.
    let items: Vec<Value> = (0..300).map(|n| json!({ "op": "insert", "notes": n.to_string() })).collect();
    let items = json!(items);
    let first = batch(&fixture, "", "a", &items).await;
    assert!(first.json()["results"].as_array().unwrap().iter().all(|result| result["status"] == 201));
    assert_replays(&batch(&fixture, "", "a", &items).await, &first);
    assert_eq!(contacts(&fixture).await, 301);
    assert_eq!(rows(&fixture.server, "stored_answer_contacts").await, 300);
    batch(&fixture, "", "a", &json!([{ "op": "insert" }])).await.problem(ProblemType::KeyReused);
    batch(&fixture, "?atomic=true", "a", &items).await.problem(ProblemType::KeyReused);
}

async fn a_refused_item_touches_no_other_with_a_key_either(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let items = json!([
        { "op": "update", "id": UNKNOWN_ID, "notes": "x" },
        { "op": "update", "id": fixture.id, "notes": "done" },
        { "op": "upsert", "tags": 1 },
        { "op": "insert", "id": fixture.id },
        { "op": "delete", "id": fixture.id },
    ]);
    let first = batch(&fixture, "", "a", &items).await;
    let results = first.json()["results"].clone();
    let statuses: Vec<&Value> = results.as_array().unwrap().iter().map(|result| &result["status"]).collect();
    assert_eq!(statuses, [404, 200, 400, 409, 204]);
    assert_replays(&batch(&fixture, "", "a", &items).await, &first);
}

async fn a_batch_of_which_nothing_can_be_read_is_answered_again(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let items = json!(["none", { "op": "other" }]);
    let first = batch(&fixture, "", "a", &items).await;
    assert_eq!(first.status, 200, "{first:#?}");
    assert_replays(&batch(&fixture, "", "a", &items).await, &first);
}

async fn an_atomic_batch_is_done_once_or_refused_once(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let good = json!([{ "op": "insert" }, { "op": "update", "id": fixture.id, "notes": "done" }]);
    let first = batch(&fixture, "?atomic=true", "a", &good).await;
    assert_eq!(first.status, 200, "{first:#?}");
    fixture.patch(json!({ "notes": "later" })).await;
    assert_replays(&batch(&fixture, "?atomic=true", "a", &good).await, &first);
    assert_eq!((contacts(&fixture).await, &fixture.read().await["notes"]), (json!(2), &json!("later")));

    let bad = json!([{ "op": "insert" }, { "op": "update", "id": UNKNOWN_ID }]);
    let first = batch(&fixture, "?atomic=true", "b", &bad).await;
    first.problem(ProblemType::ContactNotFound);
    assert_replays(&batch(&fixture, "?atomic=true", "b", &bad).await, &first);
    assert_eq!(contacts(&fixture).await, 2);
}
