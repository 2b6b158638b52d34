//! Receipts of recorded threads.

use contact_model::ProblemType;
use contact_testing::{Backend, TestResponse, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use super::{MEDIA_TYPE, send};
use crate::fixture::{Fixture, agent, bad, keys};

on_both_databases!(
    receipt_of_a_thread_contains_thread_and_contact,
    older_thread_changes_no_field,
    only_the_thread_is_returned_without_a_receipt,
    rounded_duration_is_listed_as_coerced,
);

async fn thread(fixture: &Fixture, at: &str) -> Value {
    let agent = agent(&fixture.company, "Front desk").await;
    json!({
        "agent_id": agent, "type": "call", "status": "completed", "direction": "inbound", "created_at": at, "zip": 1,
    })
}

async fn record(fixture: &Fixture, body: &Value) -> TestResponse {
    send(fixture, Method::POST, &format!("{}threads/", fixture.path()), Some(body.clone())).await
}

async fn receipt_of_a_thread_contains_thread_and_contact(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let body = thread(&fixture, "2026-01-31T09:00:00Z").await;
    let response = record(&fixture, &body).await;
    assert_eq!((response.status, response.header("content-type")), (201, MEDIA_TYPE));
    assert_eq!(response.header("preference-applied"), "return=receipt");
    assert_eq!(response.header("ignored-fields"), r#""zip""#);
    let recorded = response.json();
    assert_eq!(keys(&recorded), ["contact", "receipt", "thread"]);
    let threads = fixture.company.get(&format!("{}threads/", fixture.path())).await.json();
    assert_eq!(recorded["thread"], threads["results"][0]);
    let contact = fixture.patch(json!({})).await;
    assert_eq!((&recorded["contact"], response.header("etag")), (&contact.json(), contact.header("etag")));
    let expected = json!({
        "action": "updated",
        "matched_by": null,
        "changed": { "last_activity": { "before": null, "after": "2026-01-31T09:00:00Z" } },
        "normalised": {}, "coerced": {}, "ignored": ["zip"], "repeated": [],
    });
    assert_eq!(recorded["receipt"], expected);
}

async fn older_thread_changes_no_field(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let mut body = thread(&fixture, "2026-01-31T09:00:00Z").await;
    record(&fixture, &body).await;
    body["created_at"] = json!("2025-12-24T18:00:00Z");
    let recorded = record(&fixture, &body).await.json();
    assert_eq!(
        (&recorded["receipt"]["action"], &recorded["receipt"]["changed"]),
        (&json!("updated"), &json!({}))
    );
    assert_eq!(recorded["contact"]["last_activity"], "2026-01-31T09:00:00Z");
    assert_eq!(recorded["thread"]["created_at"], "2025-12-24T18:00:00Z");
}

async fn only_the_thread_is_returned_without_a_receipt(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let body = thread(&fixture, "2026-01-31T09:00:00Z").await;
    let path = format!("{}threads/", fixture.path());
    let plain = fixture.company.post(&path, body.clone()).await;
    let request = fixture.company.request(Method::POST, &path).json(&body);
    let representation = fixture.company.send(request.header("Prefer", "return=representation")).await;
    assert_eq!(representation.header("preference-applied"), "return=representation");
    for response in [plain, representation] {
        assert_eq!((response.status, response.header("content-type")), (201, "application/json"));
        assert_eq!(
            (response.optional_header("etag"), keys(&response.json()).len()),
            (None, 8),
            "{response:#?}"
        );
    }
}

async fn rounded_duration_is_listed_as_coerced(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let mut body = thread(&fixture, "2026-01-31T09:00:00Z").await;
    body.as_object_mut().unwrap().remove("zip");
    body["duration"] = json!(12_345_678_901_234_567_891_u64);
    let recorded = record(&fixture, &body).await.json();
    let stored = json!(1.234_567_890_123_456_8e19);
    assert_eq!(recorded["thread"]["duration"], stored);
    let coerced = json!({ "duration": { "sent": 12_345_678_901_234_567_891_u64, "stored": stored } });
    assert_eq!(recorded["receipt"]["coerced"], coerced);

    let path = format!("{}threads/", fixture.path());
    let record_strictly = async |body: &Value| {
        let request = fixture.company.request(Method::POST, &path).header("Prefer", "handling=strict");
        fixture.company.send(request.json(body)).await
    };
    let refused = record_strictly(&body).await.invalid_fields(ProblemType::InvalidFields);
    assert_eq!(refused, bad(&[("/duration", "invalid_value")]));
    for duration in [json!(42), json!(42.5), json!(0.1), json!(1e21)] {
        body["duration"] = duration;
        assert_eq!(record_strictly(&body).await.status, 201, "{body}");
    }
}
