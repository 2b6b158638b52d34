//! The operations that manage webhooks.

use contact_model::{ProblemType, limits};
use contact_testing::{Backend, on_both_databases};
use reqwest::Method;
use serde_json::json;

use super::fixture::{Hooked, fast};

on_both_databases!(
    secret_is_only_in_the_response_that_creates_it,
    company_has_a_limited_number_of_webhooks,
    webhook_is_deleted_with_its_attempts,
);

const URL: &str = "https://example.com/contacts";

async fn secret_is_only_in_the_response_that_creates_it(backend: Backend) {
    let hooked = Hooked::start(backend, fast()).await;
    let create = || {
        let request = hooked.company.request(Method::POST, "/webhooks/").header("Idempotency-Key", "k");
        request.json(&json!({ "url": URL, "actions": ["created"], "active": false }))
    };
    let first = hooked.company.send(create()).await;
    let again = hooked.company.send(create()).await;
    assert_eq!((first.json(), again.header("idempotent-replayed")), (again.json(), "true"));
    let mut created = first.json();
    let secret = created.as_object_mut().unwrap().remove("secret").unwrap();
    assert!(secret.as_str().unwrap().starts_with("whsec_"));
    let list = hooked.company.get("/webhooks/").await;
    assert_eq!(list.json()["results"], json!([created]));
    let path = format!("/webhooks/{}/", created["id"].as_str().unwrap());
    let updated = hooked.company.patch(&path, json!({ "fields": ["email", "custom_fields.Plan"] })).await;
    assert_eq!(updated.json()["fields"], json!(["email", "custom_fields.Plan"]));
    assert!(!list.body.contains("secret\":\"") && !updated.body.contains("whsec_"));

    let dry_run = create().header("Prefer", "tx=rollback").header("Idempotency-Key", "other");
    assert_eq!(hooked.company.send(dry_run).await.status, 201);
    assert_eq!(hooked.company.get("/webhooks/").await.json()["results"].as_array().unwrap().len(), 1);
}

async fn company_has_a_limited_number_of_webhooks(backend: Backend) {
    let hooked = Hooked::start(backend, fast()).await;
    for _ in 0..limits::WEBHOOKS {
        hooked.hook(URL, json!({ "active": false })).await;
    }
    let refused = hooked.company.post("/webhooks/", json!({ "url": URL })).await;
    refused.problem(ProblemType::TooManyWebhooks);
}

async fn webhook_is_deleted_with_its_attempts(backend: Backend) {
    let hooked = Hooked::start(backend, fast()).await;
    // No server listens there.
    let hook = hooked.hook("http://127.0.0.1:1/", json!({})).await;
    hooked.contact_with_notes(0).await;
    hooked.wait_for(&hook, |listed| listed["failures"].as_i64().unwrap() > 1).await;
    assert_eq!(hooked.company.delete(&hook.path).await.status, 204);
    hooked.company.delete(&hook.path).await.problem(ProblemType::WebhookNotFound);
    hooked.company.get(&format!("{}attempts/", hook.path)).await.problem(ProblemType::WebhookNotFound);
}
