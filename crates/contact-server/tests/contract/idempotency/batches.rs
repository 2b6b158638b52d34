//! A batch with a key is one request.

use contact_model::ProblemType;
use contact_testing::{Backend, TestResponse, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use super::{assert_replays, rows, send};
use crate::fixture::{Fixture, UNKNOWN_ID};

on_both_databases!(
    batch_is_executed_once,
    refused_item_does_not_affect_the_others,
    response_to_a_batch_without_valid_items_is_replayed,
    success_and_refusal_of_an_atomic_batch_are_replayed,
);

async fn batch(fixture: &Fixture, query: &str, key: &str, items: &Value) -> TestResponse {
    let path = format!("/contacts/batch/{query}");
    send(&fixture.company, Method::POST, &path, key, &json!({ "items": items })).await
}

async fn contacts(fixture: &Fixture) -> Value {
    fixture.company.get("/contacts/?count=true").await.json()["count"].clone()
}

async fn batch_is_executed_once(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    // More items than one transaction has without a key.
    let items: Vec<Value> = (0..300).map(|n| json!({ "op": "insert", "notes": n.to_string() })).collect();
    let items = json!(items);
    let first = batch(&fixture, "", "a", &items).await;
    assert!(first.json()["results"].as_array().unwrap().iter().all(|result| result["status"] == 201));
    assert_replays(&batch(&fixture, "", "a", &items).await, &first);
    assert_eq!(contacts(&fixture).await, 301);
    assert_eq!(rows(&fixture.company, "stored_answer_contacts").await, 300);
    batch(&fixture, "", "a", &json!([{ "op": "insert" }])).await.problem(ProblemType::KeyReused);
    batch(&fixture, "?atomic=true", "a", &items).await.problem(ProblemType::KeyReused);
}

async fn refused_item_does_not_affect_the_others(backend: Backend) {
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

async fn response_to_a_batch_without_valid_items_is_replayed(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let items = json!(["none", { "op": "other" }]);
    let first = batch(&fixture, "", "a", &items).await;
    assert_eq!(first.status, 200, "{first:#?}");
    assert_replays(&batch(&fixture, "", "a", &items).await, &first);
}

async fn success_and_refusal_of_an_atomic_batch_are_replayed(backend: Backend) {
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
