//! Connections that break.

use contact_client::model::{AgentId, NewAgent};
use contact_client::{Client, Error};

use crate::scripted_server::{ScriptedServer, Step, answer, no_agents};

/// An answer that promises more than it sends.
fn cut_off(status: &str) -> Step {
    Step::Send(format!("HTTP/1.1 {status}\r\ncontent-length: 100\r\n\r\n{{\"results\":["))
}

#[tokio::test]
async fn what_was_cut_off_is_asked_for_again() {
    let server = ScriptedServer::start([Step::HangUp, cut_off("200 OK"), no_agents()]).await;
    let agents = server.client().build().unwrap().list_agents().await.unwrap();
    assert_eq!(agents.results, []);
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn a_write_is_sent_again_with_the_same_key_and_body() {
    const AGENT: &str = r#"{"id":"018bab2f-0000-7c31-9a55-3c90c3cc0d44","name":"Desk","active":true,"created_at":"2023-11-07T05:31:56Z"}"#;
    let script = [cut_off("201 Created"), Step::HangUp, answer("201 Created", "", AGENT)];
    let server = ScriptedServer::start(script).await;
    let client = server.client().build().unwrap();
    let created = client.create_agent(NewAgent::new("Desk")).strict().await.unwrap();
    assert_eq!(created.name, "Desk");

    let seen = server.seen();
    assert_eq!(seen.len(), 3);
    let key = seen[0].header("idempotency-key").unwrap().to_owned();
    assert!(key.parse::<uuid::Uuid>().is_ok_and(|key| key.get_version_num() == 7), "{key}");
    for request in &seen {
        assert_eq!(request.header("idempotency-key"), Some(key.as_str()));
        assert_eq!(request.header("prefer"), Some("handling=strict"));
        assert_eq!(request.body, r#"{"name":"desk","active":true}"#.replace("desk", "Desk"));
    }

    client.create_agent(NewAgent::new("Desk")).await.unwrap();
    assert_ne!(server.seen()[3].header("idempotency-key"), Some(key.as_str()), "another call, another key");
    client.create_agent(NewAgent::new("Desk")).idempotency_key("import-7").await.unwrap();
    assert_eq!(server.seen()[4].header("idempotency-key"), Some("import-7"));
}

#[tokio::test]
async fn a_connection_that_keeps_breaking_is_an_error_of_transport() {
    let server = ScriptedServer::start([Step::HangUp]).await;
    let error = server.client().retries(2).build().unwrap().list_agents().await.unwrap_err();
    assert!(matches!(error, Error::Transport(_)), "{error:?}");
    assert!(!format!("{error:?}").contains("agents"), "what was asked is not for logs: {error:?}");
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn where_no_one_listens_is_an_error_of_transport() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let client = Client::builder(url, "key").retries(0).build().unwrap();
    assert!(matches!(client.list_agents().await, Err(Error::Transport(_))));
}

#[tokio::test]
async fn a_call_that_is_cloned_is_another_write() {
    let server = ScriptedServer::start([answer("204 No Content", "", "")]).await;
    let delete = server.client().build().unwrap().delete_agent(AgentId(uuid::Uuid::nil()));
    delete.clone().await.unwrap();
    delete.await.unwrap();
    let seen = server.seen();
    assert_ne!(seen[0].header("idempotency-key"), seen[1].header("idempotency-key"));
}
