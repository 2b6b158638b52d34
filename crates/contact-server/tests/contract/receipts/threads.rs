//! Receipts of recorded threads.

use contact_testing::{Answer, Backend, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use super::{MEDIA_TYPE, send};
use crate::stage::{Stage, agent, keys};

on_both_databases!(
    a_thread_is_answered_with_its_contact_and_a_receipt,
    a_late_thread_changes_no_field,
    without_a_receipt_the_thread_alone_is_answered,
);

async fn thread(stage: &Stage, at: &str) -> Value {
    let agent = agent(&stage.company, "Front desk").await;
    json!({
        "agent_id": agent, "type": "call", "status": "completed", "direction": "inbound", "created_at": at, "zip": 1,
    })
}

async fn record(stage: &Stage, body: &Value) -> Answer {
    send(stage, Method::POST, &format!("{}threads/", stage.path()), Some(body.clone())).await
}

async fn a_thread_is_answered_with_its_contact_and_a_receipt(backend: Backend) {
    let stage = Stage::full(backend).await;
    let body = thread(&stage, "2026-01-31T09:00:00Z").await;
    let answer = record(&stage, &body).await;
    assert_eq!((answer.status, answer.header("content-type")), (201, MEDIA_TYPE));
    assert_eq!(answer.header("preference-applied"), "return=receipt");
    assert_eq!(answer.header("ignored-fields"), r#""zip""#);
    let told = answer.json();
    assert_eq!(keys(&told), ["contact", "receipt", "thread"]);
    let threads = stage.company.get(&format!("{}threads/", stage.path())).await.json();
    assert_eq!(told["thread"], threads["results"][0]);
    let contact = stage.patch(json!({})).await;
    assert_eq!((&told["contact"], answer.header("etag")), (&contact.json(), contact.header("etag")));
    let expected = json!({
        "action": "updated",
        "matched_by": null,
        "changed": { "last_activity": { "before": null, "after": "2026-01-31T09:00:00Z" } },
        "normalised": {}, "coerced": {}, "ignored": ["zip"], "repeated": [],
    });
    assert_eq!(told["receipt"], expected);
}

async fn a_late_thread_changes_no_field(backend: Backend) {
    let stage = Stage::full(backend).await;
    let mut body = thread(&stage, "2026-01-31T09:00:00Z").await;
    record(&stage, &body).await;
    body["created_at"] = json!("2025-12-24T18:00:00Z");
    let told = record(&stage, &body).await.json();
    assert_eq!((&told["receipt"]["action"], &told["receipt"]["changed"]), (&json!("updated"), &json!({})));
    assert_eq!(told["contact"]["last_activity"], "2026-01-31T09:00:00Z");
    assert_eq!(told["thread"]["created_at"], "2025-12-24T18:00:00Z");
}

async fn without_a_receipt_the_thread_alone_is_answered(backend: Backend) {
    let stage = Stage::full(backend).await;
    let body = thread(&stage, "2026-01-31T09:00:00Z").await;
    let path = format!("{}threads/", stage.path());
    let plain = stage.company.post(&path, body.clone()).await;
    let request = stage.company.request(Method::POST, &path).json(&body);
    let asked = stage.company.send(request.header("Prefer", "return=representation")).await;
    assert_eq!(asked.header("preference-applied"), "return=representation");
    for answer in [plain, asked] {
        assert_eq!((answer.status, answer.header("content-type")), (201, "application/json"));
        assert_eq!((answer.optional_header("etag"), keys(&answer.json()).len()), (None, 8), "{answer:#?}");
    }
}
