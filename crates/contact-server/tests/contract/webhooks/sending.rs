//! What is sent, and in which order.

use std::collections::BTreeSet;

use contact_testing::{Backend, ScriptedServer, on_both_databases, respond};
use serde_json::json;

use super::fixture::{Hooked, fast, header, received, sequences, signature};
use crate::fixture::agent;

on_both_databases!(
    changes_are_sent_signed_and_in_their_order,
    filters_select_changes,
    rotated_secrets_sign_together,
    large_events_contain_the_link_of_the_history,
);

async fn changes_are_sent_signed_and_in_their_order(backend: Backend) {
    let hooked = Hooked::start(backend, fast()).await;
    let receiver = ScriptedServer::start([respond(200, "", "")]).await;
    let earlier = hooked.contact_with_notes(1).await;
    let hook = hooked.hook(&receiver.url, json!({})).await;
    let id = hooked.contact_with_notes(60).await;
    hooked.company.delete(&format!("/contacts/{earlier}/")).await;

    let requests = received(&receiver, 62).await;
    // The first two changes were made before the webhook was created.
    assert_eq!(sequences(&requests), (3..=64).collect::<Vec<i64>>());
    let ids: BTreeSet<&str> = requests.iter().map(|request| header(request, "webhook-id")).collect();
    assert_eq!(ids.len(), 62);
    for request in &requests {
        assert_eq!(header(request, "webhook-signature"), signature(&hook.secret, request));
        assert_eq!(header(request, "content-type"), "application/json");
    }
    let history = hooked.company.get(&format!("/contacts/{id}/history/?page_size=1")).await.json();
    let latest = requests[60].json();
    assert_eq!((&latest["type"], &latest["data"]), (&json!("contact.updated"), &history["results"][0]));
    assert_eq!(latest["timestamp"], latest["data"]["at"]);
    assert_eq!(requests[0].json()["type"], "contact.created");
    assert_eq!(requests[61].json()["type"], "contact.deleted");

    let listed = hooked.wait_for(&hook, |listed| listed["sequence"] == 64).await;
    assert_eq!((&listed["failures"], &listed["next_attempt_at"]), (&json!(0), &json!(null)));
    assert_eq!(hooked.outcomes(&hook).await, Vec::<String>::new(), "a success costs no row");
    assert_eq!(receiver.received().len(), 62, "nothing is sent twice");
}

async fn filters_select_changes(backend: Backend) {
    let hooked = Hooked::start(backend, fast()).await;
    let receiver = ScriptedServer::start([respond(204, "", "")]).await;
    let emails = hooked
        .hook(&format!("{}/email", receiver.url), json!({ "fields": ["email"], "actions": ["updated"] }))
        .await;
    let all = hooked.hook(&format!("{}/all", receiver.url), json!({})).await;
    let calls = hooked.hook(&format!("{}/calls", receiver.url), json!({ "fields": ["last_activity"] })).await;
    let id = hooked.contact_with_notes(1).await;
    hooked.company.update(id, json!({ "email": "jane@example.com" })).await;
    let agent = agent(&hooked.company, "Front desk").await;
    let thread = json!({ "agent_id": agent, "type": "call", "status": "completed", "direction": "inbound" });
    let recorded = hooked.company.post(&format!("/contacts/{id}/threads/"), thread).await;
    assert_eq!(recorded.status, 201, "{recorded:#?}");
    for hook in [&emails, &all, &calls] {
        hooked.wait_for(hook, |listed| listed["sequence"] == 4).await;
    }

    let requests = receiver.received();
    let sent_to = |path: &str| {
        let sent = requests.iter().filter(|request| request.target() == path).cloned();
        sequences(&sent.collect::<Vec<_>>())
    };
    assert_eq!(sent_to("/email"), [3]);
    assert_eq!(sent_to("/all"), [1, 2, 3], "a change of last_activity alone is not sent");
    assert_eq!(sent_to("/calls"), [1, 4]);
    // A webhook can be changed to get everything again.
    let changed = hooked.company.patch(&emails.path, json!({ "actions": null, "fields": null })).await.json();
    assert_eq!((&changed["actions"], &changed["fields"]), (&json!(null), &json!(null)));
    hooked.change_notes(id, 1).await;
    hooked.wait_for(&emails, |listed| listed["sequence"] == 5).await;
    let last = receiver.received().into_iter().rfind(|request| request.target() == "/email").unwrap();
    assert_eq!(sequences(&[last]), [5]);
}

async fn rotated_secrets_sign_together(backend: Backend) {
    let hooked = Hooked::start(backend, fast()).await;
    let receiver = ScriptedServer::start([respond(200, "", "")]).await;
    let hook = hooked.hook(&receiver.url, json!({})).await;
    let rotated = hooked.company.post(&format!("{}rotate-secret/", hook.path), json!({})).await.json();
    let new = contact_model::webhooks::WebhookSecret::parse(rotated["secret"].as_str().unwrap()).unwrap();
    assert_eq!(hooked.listed(&hook).await["previous_secret_until"], rotated["previous_secret_until"]);
    hooked.contact_with_notes(0).await;
    let request = &received(&receiver, 1).await[0];
    let expected = format!("{} {}", signature(&new, request), signature(&hook.secret, request));
    assert_eq!(header(request, "webhook-signature"), expected);
}

async fn large_events_contain_the_link_of_the_history(backend: Backend) {
    let hooked = Hooked::start(backend, fast()).await;
    let receiver = ScriptedServer::start([respond(200, "", "")]).await;
    hooked.hook(&receiver.url, json!({ "actions": ["updated"] })).await;
    let id = hooked.contact_with_notes(0).await;
    hooked.company.update(id, json!({ "notes": "x".repeat(30_000) })).await;
    let request = &received(&receiver, 1).await[0];
    assert!(request.body.len() < 20 * 1024, "{} bytes", request.body.len());
    let event = request.json();
    assert_eq!(event["data"]["changed"], json!({}));
    let expected = json!({ "fields": ["notes"], "history": format!("/contacts/{id}/history/") });
    assert_eq!(event["omitted"], expected);
}
