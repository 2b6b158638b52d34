//! Several companies, and several servers.

use std::time::{Duration, Instant};

use contact_server::WebhookOptions;
use contact_testing::{Backend, ScriptedServer, Step, on_both_databases, respond};
use serde_json::json;

use super::fixture::{Hooked, fast, received, sequences};

on_both_databases!(slow_receivers_do_not_delay_other_companies, two_servers_send_each_change_once);

async fn slow_receivers_do_not_delay_other_companies(backend: Backend) {
    let slow =
        Hooked::start(backend, WebhookOptions { request_timeout: Duration::from_secs(60), ..fast() }).await;
    let other = Hooked::on(&slow.company.server).await;
    let silent = ScriptedServer::start([Step::Stall(String::new())]).await;
    for _ in 0..10 {
        slow.hook(&silent.url, json!({})).await;
    }
    slow.contact_with_notes(5).await;
    received(&silent, 8).await;
    let receiver = ScriptedServer::start([respond(200, "", "")]).await;
    other.hook(&receiver.url, json!({})).await;
    let start = Instant::now();
    other.contact_with_notes(5).await;
    assert_eq!(sequences(&received(&receiver, 6).await), [1, 2, 3, 4, 5, 6]);
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
    assert_eq!(silent.received().len(), 8, "a company has a limited number of requests at once");
}

async fn two_servers_send_each_change_once(backend: Backend) {
    let hooked = Hooked::start(backend, fast()).await;
    let another = hooked.company.server.start_another().await;
    let elsewhere = Hooked { company: another.seen_by(&hooked.company) };
    let receiver = ScriptedServer::start([respond(200, "", "")]).await;
    let hooks = [hooked.hook(&receiver.url, json!({})).await, elsewhere.hook(&receiver.url, json!({})).await];
    let id = hooked.contact_with_notes(0).await;
    tokio::join!(hooked.change_notes(id, 40), elsewhere.change_notes(id, 40));
    for hook in &hooks {
        hooked.wait_for(hook, |listed| listed["sequence"] == 81).await;
        let of_hook = |request: &contact_testing::Received| {
            let id = hook.path.trim_matches('/').trim_start_matches("webhooks/").replace('-', "");
            request.header("webhook-id").is_some_and(|event| event.contains(&id))
        };
        let requests: Vec<_> = receiver.received().into_iter().filter(of_hook).collect();
        assert_eq!(sequences(&requests), (1..=81).collect::<Vec<i64>>());
    }
}
