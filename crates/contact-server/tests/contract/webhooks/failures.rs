//! What happens if a receiver does not accept an event.

use std::time::Duration;

use contact_model::webhooks::BackOff;
use contact_server::WebhookOptions;
use contact_testing::{Backend, ScriptedServer, Step, on_both_databases, respond};
use serde_json::{Value, json};

use super::fixture::{Hooked, fast, header, received, sequences};

on_both_databases!(
    failed_event_is_sent_again_before_the_others,
    receiver_may_ask_for_time,
    webhook_is_disabled_by_410_and_continues_when_it_is_activated,
    webhook_is_disabled_if_it_fails_for_too_long,
    refused_event_is_set_aside_and_can_be_sent_again,
    redirects_are_not_followed,
);

async fn failed_event_is_sent_again_before_the_others(backend: Backend) {
    let hooked = Hooked::start(backend, fast()).await;
    let steps = [Step::HangUp, respond(503, "", "busy\u{7}"), respond(500, "", ""), respond(200, "", "")];
    let receiver = ScriptedServer::start(steps).await;
    let hook = hooked.hook(&receiver.url, json!({})).await;
    hooked.contact_with_notes(3).await;
    let requests = received(&receiver, 7).await;
    assert_eq!(sequences(&requests), [1, 1, 1, 1, 2, 3, 4]);
    let ids: Vec<&str> = requests.iter().map(|request| header(request, "webhook-id")).collect();
    assert!(ids[..4].iter().all(|id| *id == ids[0]) && ids[4] != ids[0], "{ids:?}");
    hooked.wait_for(&hook, |listed| listed["sequence"] == 4 && listed["failures"] == 0).await;
    assert_eq!(hooked.outcomes(&hook).await, ["failed", "failed", "failed", "delivered"]);
    let attempts = hooked.company.get(&format!("{}attempts/", hook.path)).await.json();
    assert_eq!(attempts["results"][2]["error"], "the response has the status 503: busy");
    assert_eq!(attempts["results"][2]["status"], 503);
    assert_eq!(attempts["results"][3]["status"], json!(null));
}

async fn receiver_may_ask_for_time(backend: Backend) {
    let back_off = BackOff { longest: Duration::from_secs(60), ..fast().back_off };
    let hooked = Hooked::start(backend, WebhookOptions { back_off, ..fast() }).await;
    let receiver =
        ScriptedServer::start([respond(429, "retry-after: 1\r\n", ""), respond(200, "", "")]).await;
    hooked.hook(&receiver.url, json!({})).await;
    hooked.contact_with_notes(0).await;
    let requests = received(&receiver, 2).await;
    let waited = requests[1].at - requests[0].at;
    assert!(waited >= Duration::from_secs(1), "{waited:?}");
}

async fn webhook_is_disabled_by_410_and_continues_when_it_is_activated(backend: Backend) {
    let hooked = Hooked::start(backend, fast()).await;
    let receiver = ScriptedServer::start([respond(410, "", ""), respond(200, "", "")]).await;
    let hook = hooked.hook(&receiver.url, json!({})).await;
    hooked.contact_with_notes(1).await;
    let disabled = hooked.wait_for(&hook, |listed| listed["active"] == false).await;
    assert_eq!(disabled["disabled_reason"], "The receiver responded with 410 Gone.");
    assert!(disabled["disabled_at"].is_string(), "{disabled:#}");
    hooked.contact_with_notes(0).await;
    let active = hooked.company.patch(&hook.path, json!({ "active": true })).await.json();
    assert_eq!(
        [&active["active"], &active["disabled_at"], &active["disabled_reason"], &active["failures"]],
        [&json!(true), &json!(null), &json!(null), &json!(0)]
    );
    let requests = received(&receiver, 4).await;
    assert_eq!(sequences(&requests), [1, 1, 2, 3], "the changes have waited in the log");
}

async fn webhook_is_disabled_if_it_fails_for_too_long(backend: Backend) {
    let back_off = BackOff { give_up_after: Duration::from_millis(200), ..fast().back_off };
    let hooked = Hooked::start(backend, WebhookOptions { back_off, ..fast() }).await;
    let receiver = ScriptedServer::start([respond(500, "", "")]).await;
    let hook = hooked.hook(&receiver.url, json!({})).await;
    hooked.contact_with_notes(0).await;
    let disabled = hooked.wait_for(&hook, |listed| listed["active"] == false).await;
    let reason = disabled["disabled_reason"].as_str().unwrap();
    assert!(reason.contains("the response has the status 500"), "{reason}");
    let outcomes = hooked.outcomes(&hook).await;
    assert_eq!((outcomes[0].as_str(), outcomes.last().unwrap().as_str()), ("failed", "disabled"));
}

async fn refused_event_is_set_aside_and_can_be_sent_again(backend: Backend) {
    let hooked = Hooked::start(backend, fast()).await;
    let mut steps = vec![respond(200, "", "")];
    steps.extend((0..10).map(|_| respond(422, "", "")));
    steps.extend([respond(200, "", ""), respond(400, "", ""), respond(200, "", "")]);
    let receiver = ScriptedServer::start(steps).await;
    let hook = hooked.hook(&receiver.url, json!({})).await;
    hooked.contact_with_notes(2).await;
    let requests = received(&receiver, 12).await;
    assert_eq!(sequences(&requests), [1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3]);
    hooked.wait_for(&hook, |listed| listed["sequence"] == 3).await;
    let attempts = format!("{}attempts/", hook.path);
    let set_aside = async || hooked.company.get(&attempts).await.json()["set_aside"].clone();
    assert_eq!(set_aside().await[0]["sequence"], 2);
    let outcomes = hooked.outcomes(&hook).await;
    assert_eq!(outcomes[8..], ["failed", "set_aside", "delivered"]);

    let resend =
        async || hooked.company.post(&format!("{}resend/", hook.path), json!({ "sequence": 2 })).await.json();
    assert_eq!(
        (&resend().await["outcome"], set_aside().await.as_array().unwrap().len()),
        (&json!("failed"), 1)
    );
    let resent = resend().await;
    assert_eq!(
        (&resent["outcome"], &resent["status"], &resent["sequence"]),
        (&json!("delivered"), &json!(200), &json!(2))
    );
    assert_eq!(set_aside().await, json!([]));
    let requests = receiver.received();
    assert_eq!(header(&requests[13], "webhook-id"), header(&requests[1], "webhook-id"));
    let unknown = hooked.company.post(&format!("{}resend/", hook.path), json!({ "sequence": 99 })).await;
    unknown.problem(contact_model::ProblemType::ChangeNotFound);
}

async fn redirects_are_not_followed(backend: Backend) {
    let hooked = Hooked::start(backend, fast()).await;
    let target = ScriptedServer::start([respond(200, "", "")]).await;
    let receiver = ScriptedServer::start([respond(307, &format!("location: {}\r\n", target.url), "")]).await;
    let hook = hooked.hook(&receiver.url, json!({})).await;
    let attempt: Value = hooked.company.post(&format!("{}test/", hook.path), json!({})).await.json();
    assert_eq!((&attempt["outcome"], &attempt["status"]), (&json!("failed"), &json!(307)));
    assert_eq!(target.received().len(), 0);
}
