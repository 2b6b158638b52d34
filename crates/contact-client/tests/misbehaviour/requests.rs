//! What is sent with every request.

use contact_client::model::list::Filters;
use futures::TryStreamExt as _;

use crate::scripted_server::{ScriptedServer, Step, answer, no_agents};

#[tokio::test]
async fn every_request_says_who_asks() {
    let server = ScriptedServer::start([no_agents()]).await;
    server.client().build().unwrap().list_agents().await.unwrap();
    server.client().user_agent("importer/1").build().unwrap().list_agents().await.unwrap();
    let seen = server.seen();
    assert_eq!(seen[0].header("authorization"), Some("ctk_secret"));
    let own = concat!("contact-client/", env!("CARGO_PKG_VERSION"));
    assert_eq!(seen[0].header("user-agent"), Some(own));
    assert_eq!(seen[1].header("user-agent"), Some("importer/1"));
    assert_eq!(seen[0].header("idempotency-key"), None, "a read is no write");
}

#[tokio::test]
async fn a_custom_http_client_is_used() {
    let server = ScriptedServer::start([no_agents()]).await;
    let http = contact_client::reqwest::Client::builder().user_agent("its own").build().unwrap();
    server.client().http_client(http).build().unwrap().list_agents().await.unwrap();
    assert_eq!(server.seen()[0].header("user-agent"), Some("its own"));
}

#[tokio::test]
async fn a_path_before_the_api_stays() {
    let server = ScriptedServer::start([no_agents()]).await;
    for path in ["/api/v1", "/api/v1/"] {
        let url = format!("{}{path}", server.url);
        let client = contact_client::Client::builder(url, "key").build().unwrap();
        client.list_agents().await.unwrap();
        assert!(server.seen().pop().unwrap().head.starts_with("get /api/v1/agents/ http/1.1"));
    }
}

#[tokio::test]
async fn the_next_page_is_asked_for_here_whatever_its_url_says() {
    let page = |next: &str| -> Step {
        let body = format!(r#"{{"results":[],"next":{next},"previous":null}}"#);
        answer("200 OK", "", &body)
    };
    let elsewhere = page(r#""https://evil.example/contacts/?cursor=a%2Bb&tag=other&page_size=1""#);
    let server = ScriptedServer::start([elsewhere, page("null")]).await;
    let list = server.client().build().unwrap().list_contacts(Filters::new().tag("vip"));
    let pages: Vec<_> = list.pages().try_collect().await.unwrap();
    assert_eq!(pages.len(), 2);
    assert!(server.seen()[1].head.starts_with("get /contacts/?tag=vip&cursor=a%2bb http/1.1"));
}
