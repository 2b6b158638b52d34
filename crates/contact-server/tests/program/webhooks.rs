//! Webhooks of a server that is killed or stopped.

use contact_testing::{
    Backend, Received, ScriptedServer, Step, TEST_TIMEOUT, TestDatabase, on_both_databases, respond,
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::caller::{Caller, response};
use crate::process::Server;

on_both_databases!(event_is_sent_again_after_a_kill, nothing_is_sent_again_after_a_stop,);

/// The flags of a server that sends to this machine, and whose webhooks another server may serve soon.
const FLAGS: [&str; 3] = ["--webhook-allow-private", "--webhook-lease", "1"];

async fn create_webhook(caller: &Caller, url: &str) {
    let request = caller.request(Method::POST, "/webhooks/").json(&json!({ "url": url }));
    let (status, body) = response(request.send().await.unwrap()).await;
    assert_eq!(status, 201, "{body}");
}

async fn received(receiver: &ScriptedServer, count: usize) -> Vec<Received> {
    let wait = async {
        while receiver.received().len() < count {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(TEST_TIMEOUT, wait).await.expect("the requests arrive");
    receiver.received()
}

fn sequence(request: &Received) -> Value {
    request.json()["data"]["sequence"].clone()
}

async fn event_is_sent_again_after_a_kill(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let server = Server::start_with(database.url(), &FLAGS).await;
    let key = server.first_key().await;
    let receiver =
        ScriptedServer::start([respond(200, "", ""), Step::Stall(String::new()), respond(200, "", "")]).await;
    let caller = server.caller(&key);
    create_webhook(&caller, &receiver.url).await;
    let path = caller.create(&json!({ "full_name": "jane" })).await;
    caller.request(Method::PATCH, &path).json(&json!({ "notes": "a" })).send().await.unwrap();
    received(&receiver, 2).await;
    server.kill().await;

    let server = Server::start_with(database.url(), &FLAGS).await;
    // The first event too, if the server was killed before it stored that the event was accepted.
    let requests = received(&receiver, 3).await;
    let requests = if sequence(&requests[2]) == 1 { received(&receiver, 4).await } else { requests };
    let last = requests.last().unwrap();
    assert_eq!((sequence(&requests[1]), sequence(last)), (json!(2), json!(2)));
    assert_eq!(requests[1].header("webhook-id"), last.header("webhook-id"));
    server.stop().await.text();
}

async fn nothing_is_sent_again_after_a_stop(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let server = Server::start_with(database.url(), &FLAGS).await;
    let key = server.first_key().await;
    let receiver = ScriptedServer::start([respond(200, "", "")]).await;
    let caller = server.caller(&key);
    create_webhook(&caller, &receiver.url).await;
    let path = caller.create(&json!({ "full_name": "jane" })).await;
    received(&receiver, 1).await;
    server.stop().await.text();

    let server = Server::start_with(database.url(), &FLAGS).await;
    let caller = server.caller(&key);
    caller.request(Method::PATCH, &path).json(&json!({ "notes": "a" })).send().await.unwrap();
    let requests = received(&receiver, 2).await;
    assert_eq!(sequence(&requests[1]), 2);
    server.stop().await.text();
}
