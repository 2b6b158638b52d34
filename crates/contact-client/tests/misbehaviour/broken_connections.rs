//! Connections that break.

use contact_client::model::NewAgent;
use contact_client::{Client, Error};
use contact_testing::{ScriptedServer, Step, respond};

use crate::{client_of, no_agents};

/// A response that ends before its `Content-Length`.
fn cut_off(status: &str) -> Step {
    Step::Send(format!("HTTP/1.1 {status}\r\ncontent-length: 100\r\n\r\n{{\"results\":["))
}

#[tokio::test]
async fn a_read_is_retried_if_the_connection_breaks() {
    let server = ScriptedServer::start([Step::HangUp, cut_off("200 OK"), no_agents()]).await;
    let agents = client_of(&server).build().unwrap().list_agents().await.unwrap();
    assert_eq!(agents.body().results, []);
    assert_eq!(server.received().len(), 3);
}

#[tokio::test]
async fn a_write_is_retried_with_the_same_key_and_body() {
    const AGENT: &str = r#"{"id":"018bab2f-0000-7c31-9a55-3c90c3cc0d44","name":"Desk","active":true,"created_at":"2023-11-07T05:31:56Z"}"#;
    let script = [cut_off("201 Created"), Step::HangUp, respond(201, "", AGENT)];
    let server = ScriptedServer::start(script).await;
    let client = client_of(&server).build().unwrap();
    let created = client.create_agent(NewAgent::new("Desk")).strict().await.unwrap();
    assert_eq!(created.body().name, "Desk");

    let seen = server.received();
    assert_eq!(seen.len(), 3);
    let key = seen[0].header("idempotency-key").unwrap().to_owned();
    assert!(key.parse::<uuid::Uuid>().is_ok_and(|key| key.get_version_num() == 7), "{key}");
    for request in &seen {
        assert_eq!(request.header("idempotency-key"), Some(key.as_str()));
        assert_eq!(request.header("prefer"), Some("handling=strict"));
        assert_eq!(request.body, r#"{"name":"desk","active":true}"#.replace("desk", "Desk"));
    }

    client.create_agent(NewAgent::new("Desk")).await.unwrap();
    assert_ne!(server.received()[3].header("idempotency-key"), Some(key.as_str()), "each call has a new key");
    client.create_agent(NewAgent::new("Desk")).idempotency_key("import-7").await.unwrap();
    assert_eq!(server.received()[4].header("idempotency-key"), Some("import-7"));
}

#[tokio::test]
async fn a_write_without_an_idempotency_key_is_sent_only_once() {
    for step in [Step::HangUp, respond(503, "", "")] {
        let server = ScriptedServer::start([step]).await;
        let client = client_of(&server).build().unwrap();
        let create = client.create_agent(NewAgent::new("Desk")).idempotency_key("import-7");
        create.without_idempotency_key().await.unwrap_err();
        assert_eq!(server.received().len(), 1);
        assert_eq!(server.received()[0].header("idempotency-key"), None);
    }
}

#[tokio::test]
async fn a_connection_that_always_breaks_is_a_transport_error() {
    let server = ScriptedServer::start([Step::HangUp]).await;
    let error = client_of(&server).max_retries(2).build().unwrap().list_agents().await.unwrap_err();
    assert!(matches!(error, Error::Transport(_)), "{error:?}");
    assert!(!format!("{error:?}").contains("agents"), "the error must not contain the URL: {error:?}");
    assert_eq!(server.received().len(), 3);
}

#[tokio::test]
async fn a_refused_connection_is_a_transport_error() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let client = Client::builder(url, "key").max_retries(0).build().unwrap();
    assert!(matches!(client.list_agents().await, Err(Error::Transport(_))));
}
