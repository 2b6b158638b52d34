//! Undoing changes, and the ids of operations.

use contact_model::ProblemType;
use contact_testing::{Backend, TestResponse, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::fixture::{Fixture, UNKNOWN_ID};

on_both_databases!(
    changes_of_an_operation_are_undone,
    changes_of_a_request_and_a_key_are_undone,
    dry_run_returns_what_would_be_undone,
    replayed_request_undoes_nothing,
    invalid_requests_are_refused,
);

async fn revert(fixture: &Fixture, body: Value) -> TestResponse {
    fixture.company.post("/changes/revert/", body).await
}

/// Sends an update with an id of an operation.
async fn update(fixture: &Fixture, operation: &str, body: Value) -> TestResponse {
    let request = fixture.company.request(Method::PATCH, &fixture.path()).header("Operation-Id", operation);
    fixture.company.send(request.json(&body)).await
}

async fn changes_of_an_operation_are_undone(backend: Backend) {
    let fixture = Fixture::with(backend, json!({ "notes": "a" })).await;
    assert_eq!(update(&fixture, "import/7", json!({ "notes": "b" })).await.status, 200);
    let history = fixture.company.get(&format!("{}history/", fixture.path())).await.json();
    assert_eq!(history["results"][0]["operation_id"], "import/7");
    assert_eq!(history["results"][1]["operation_id"], Value::Null);
    let response = revert(&fixture, json!({ "operation_id": "import/7" })).await;
    let expected = json!({
        "reverted": 1,
        "left": 0,
        "results": [{ "contact_id": fixture.id, "action": "updated", "reverted": ["notes"], "left": [] }],
        "next_cursor": null,
    });
    assert_eq!((response.status, response.json()), (200, expected));
    assert_eq!(fixture.read().await["notes"], "a");
    // Undoing has a request of its own, which can be undone too.
    let undo = json!({ "request_id": response.header("x-request-id") });
    assert_eq!(revert(&fixture, undo).await.json()["reverted"], 1);
    assert_eq!(fixture.read().await["notes"], "b");
}

async fn changes_of_a_request_and_a_key_are_undone(backend: Backend) {
    let fixture = Fixture::with(backend, json!({ "notes": "a" })).await;
    let other = fixture.company.with_access(contact_model::Access::Write).await;
    let key = other.get("/whoami/").await.json()["api_key"]["id"].clone();
    let changed = other.patch(&fixture.path(), json!({ "notes": "b", "business_name": "b" })).await;
    let changed = json!(changed.header("x-request-id"));
    fixture.patch(json!({ "business_name": "c" })).await;
    let both = json!({ "request_id": changed, "key_id": key, "until": "2020-01-01T00:00:00Z" });
    assert_eq!(revert(&fixture, both).await.json()["results"], json!([]));
    let both = json!({ "request_id": changed, "key_id": key, "contact_id": fixture.id });
    let result = revert(&fixture, both).await.json();
    assert_eq!(result["results"][0]["reverted"], json!(["notes"]));
    let left = json!([{ "field": "business_name", "reason": "changed_since" }]);
    assert_eq!((&result["results"][0]["left"], &result["left"]), (&left, &json!(1)));
    let by_key = json!({ "key_id": key, "from": "2020-01-01T00:00:00Z", "force": true });
    assert_eq!(revert(&fixture, by_key).await.json()["results"][0]["reverted"], json!(["business_name"]));
    let contact = fixture.read().await;
    assert_eq!([&contact["notes"], &contact["business_name"]], [&json!("a"), &Value::Null]);
}

async fn dry_run_returns_what_would_be_undone(backend: Backend) {
    let fixture = Fixture::with(backend, json!({ "notes": "a" })).await;
    fixture.patch(json!({ "notes": "b" })).await;
    let request = fixture.company.request(Method::POST, "/changes/revert/").header("Prefer", "tx=rollback");
    let dry = fixture.company.send(request.json(&json!({ "sequence": 2 }))).await;
    assert_eq!(dry.header("preference-applied"), "tx=rollback");
    assert_eq!(fixture.read().await["notes"], "b");
    assert_eq!(revert(&fixture, json!({ "sequence": 2 })).await.json(), dry.json());
    assert_eq!(fixture.read().await["notes"], "a");
}

async fn replayed_request_undoes_nothing(backend: Backend) {
    let fixture = Fixture::with(backend, json!({ "notes": "a" })).await;
    fixture.patch(json!({ "notes": "b" })).await;
    let once = async || {
        let request =
            fixture.company.request(Method::POST, "/changes/revert/").header("Idempotency-Key", "k");
        fixture.company.send(request.json(&json!({ "sequence": 2 }))).await
    };
    let first = once().await;
    fixture.patch(json!({ "notes": "b" })).await;
    let second = once().await;
    assert_eq!((second.json(), second.header("idempotent-replayed")), (first.json(), "true"));
    assert_eq!(fixture.read().await["notes"], "b");
}

async fn invalid_requests_are_refused(backend: Backend) {
    let fixture = Fixture::with(backend, json!({ "notes": "a" })).await;
    for body in [json!({}), json!({ "sequence": 2, "untill": "x" }), json!({ "sequence": 2, "cursor": "x" })]
    {
        revert(&fixture, body).await.problem(ProblemType::InvalidFields);
    }
    let unknown = json!({ "contact_id": UNKNOWN_ID });
    revert(&fixture, unknown).await.problem(ProblemType::ContactNotFound);
    for operation in ["", "two words", &"x".repeat(256)] {
        update(&fixture, operation, json!({ "notes": "b" })).await.problem(ProblemType::InvalidParameter);
    }
    assert_eq!(fixture.read().await["notes"], "a");
}
