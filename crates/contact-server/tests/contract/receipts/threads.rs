//! Receipts of recorded threads.

use contact_model::ProblemType;
use contact_testing::{Backend, TestResponse, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use super::{MEDIA_TYPE, send};
use crate::fixture::{Fixture, agent, bad, keys};

on_both_databases!(
    a_thread_is_answered_with_its_contact_and_a_receipt,
    a_late_thread_changes_no_field,
    without_a_receipt_the_thread_alone_is_answered,
    a_duration_of_more_digits_than_are_kept_is_told,
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

async fn a_thread_is_answered_with_its_contact_and_a_receipt(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let body = thread(&fixture, "2026-01-31T09:00:00Z").await;
    let response = record(&fixture, &body).await;
    assert_eq!((response.status, response.header("content-type")), (201, MEDIA_TYPE));
    assert_eq!(response.header("preference-applied"), "return=receipt");
    assert_eq!(response.header("ignored-fields"), r#""zip""#);
    let told = response.json();
    assert_eq!(keys(&told), ["contact", "receipt", "thread"]);
    let threads = fixture.company.get(&format!("{}threads/", fixture.path())).await.json();
    assert_eq!(told["thread"], threads["results"][0]);
    let contact = fixture.patch(json!({})).await;
    assert_eq!((&told["contact"], response.header("etag")), (&contact.json(), contact.header("etag")));
    let expected = json!({
        "action": "updated",
        "matched_by": null,
        "changed": { "last_activity": { "before": null, "after": "2026-01-31T09:00:00Z" } },
        "normalised": {}, "coerced": {}, "ignored": ["zip"], "repeated": [],
    });
    assert_eq!(told["receipt"], expected);
}

async fn a_late_thread_changes_no_field(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let mut body = thread(&fixture, "2026-01-31T09:00:00Z").await;
    record(&fixture, &body).await;
    body["created_at"] = json!("2025-12-24T18:00:00Z");
    let told = record(&fixture, &body).await.json();
    assert_eq!((&told["receipt"]["action"], &told["receipt"]["changed"]), (&json!("updated"), &json!({})));
    assert_eq!(told["contact"]["last_activity"], "2026-01-31T09:00:00Z");
    assert_eq!(told["thread"]["created_at"], "2025-12-24T18:00:00Z");
}

async fn without_a_receipt_the_thread_alone_is_answered(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let body = thread(&fixture, "2026-01-31T09:00:00Z").await;
    let path = format!("{}threads/", fixture.path());
    let plain = fixture.company.post(&path, body.clone()).await;
    let request = fixture.company.request(Method::POST, &path).json(&body);
    let asked = fixture.company.send(request.header("Prefer", "return=representation")).await;
    assert_eq!(asked.header("preference-applied"), "return=representation");
    for response in [plain, asked] {
        assert_eq!((response.status, response.header("content-type")), (201, "application/json"));
        assert_eq!(
            (response.optional_header("etag"), keys(&response.json()).len()),
            (None, 8),
            "{response:#?}"
        );
    }
}

async fn a_duration_of_more_digits_than_are_kept_is_told(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let mut body = thread(&fixture, "2026-01-31T09:00:00Z").await;
    body.as_object_mut().unwrap().remove("zip");
    body["duration"] = json!(12_345_678_901_234_567_891_u64);
    let told = record(&fixture, &body).await.json();
    let stored = json!(1.234_567_890_123_456_8e19);
    assert_eq!(told["thread"]["duration"], stored);
    let coerced = json!({ "duration": { "sent": 12_345_678_901_234_567_891_u64, "stored": stored } });
    assert_eq!(told["receipt"]["coerced"], coerced);

    let path = format!("{}threads/", fixture.path());
    let strictly = async |body: &Value| {
        let request = fixture.company.request(Method::POST, &path).header("Prefer", "handling=strict");
        fixture.company.send(request.json(body)).await
    };
    let refused = strictly(&body).await.bad_fields(ProblemType::InvalidFields);
    assert_eq!(refused, bad(&[("/duration", "invalid_value")]));
    for duration in [json!(42), json!(42.5), json!(0.1), json!(1e21)] {
        body["duration"] = duration;
        assert_eq!(strictly(&body).await.status, 201, "{body}");
    }
}
