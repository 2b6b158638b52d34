//! Sending changes again.

use contact_model::ProblemType;
use contact_testing::{Backend, ScriptedServer, on_both_databases, respond};
use reqwest::Method;
use serde_json::json;

use super::fixture::{Hooked, fast, header, received, sequences};
use crate::fixture::bad;

on_both_databases!(changes_are_sent_again_from_a_number_on, test_events_are_sent_to_inactive_webhooks);

async fn changes_are_sent_again_from_a_number_on(backend: Backend) {
    let hooked = Hooked::start(backend, fast()).await;
    let receiver = ScriptedServer::start([respond(200, "", "")]).await;
    let hook = hooked.hook(&receiver.url, json!({})).await;
    hooked.contact_with_notes(3).await;
    hooked.wait_for(&hook, |listed| listed["sequence"] == 4).await;

    let replay = format!("{}replay/", hook.path);
    let dry_run = hooked.company.request(Method::POST, &replay).header("Prefer", "tx=rollback");
    let counted = hooked.company.send(dry_run.json(&json!({ "from": 3 }))).await.json();
    assert_eq!(counted, json!({ "from": 3, "count": 2 }));
    assert_eq!(hooked.listed(&hook).await["sequence"], 4, "a dry run moves nothing");
    let replayed = hooked.company.post(&replay, json!({ "from": 2 })).await.json();
    assert_eq!(replayed, json!({ "from": 2, "count": 3 }));
    let requests = received(&receiver, 7).await;
    assert_eq!(sequences(&requests), [1, 2, 3, 4, 2, 3, 4]);
    assert_eq!(header(&requests[1], "webhook-id"), header(&requests[4], "webhook-id"));
    hooked.wait_for(&hook, |listed| listed["sequence"] == 4).await;

    let skipped = hooked.company.post(&replay, json!({ "from": 5 })).await.json();
    assert_eq!(skipped, json!({ "from": 5, "count": 0 }));
    let refused = hooked.company.post(&replay, json!({ "from": 6 })).await;
    assert_eq!(refused.invalid_fields(ProblemType::InvalidFields), bad(&[("/from", "invalid_value")]));
}

async fn test_events_are_sent_to_inactive_webhooks(backend: Backend) {
    let hooked = Hooked::start(backend, fast()).await;
    let receiver = ScriptedServer::start([respond(200, "", ""), respond(404, "", "no such path")]).await;
    let hook = hooked.hook(&receiver.url, json!({ "active": false })).await;
    hooked.contact_with_notes(0).await;
    let test = format!("{}test/", hook.path);
    let dry_run = hooked.company.request(Method::POST, &test).header("Prefer", "tx=rollback");
    assert_eq!(hooked.company.send(dry_run).await.json()["status"], json!(null));
    let attempt = hooked.company.post(&test, json!({})).await.json();
    assert_eq!(
        (&attempt["outcome"], &attempt["status"], &attempt["sequence"]),
        (&json!("delivered"), &json!(200), &json!(null))
    );
    let failed = hooked.company.post(&test, json!({})).await.json();
    assert_eq!(failed["error"], "the response has the status 404: no such path");
    let requests = receiver.received();
    assert_eq!(requests.len(), 2, "an inactive webhook gets no changes");
    assert_eq!(requests[0].json()["type"], "webhook.test");
    assert!(header(&requests[0], "webhook-id").starts_with("msg_test_"));
}
