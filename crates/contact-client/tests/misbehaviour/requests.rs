//! The headers and the URLs of requests.

use contact_client::model::ContactId;
use contact_client::model::list::Filters;
use contact_client::{Body, Call, Client, ContactCreate};
use contact_testing::{ScriptedServer, respond};
use futures::TryStreamExt as _;

use crate::{client_of, no_agents};

#[tokio::test]
async fn every_request_has_a_key_and_a_user_agent() {
    let server = ScriptedServer::start([no_agents()]).await;
    client_of(&server).build().unwrap().list_agents().await.unwrap();
    client_of(&server).user_agent("importer/1").build().unwrap().list_agents().await.unwrap();
    let seen = server.received();
    assert_eq!(seen[0].header("authorization"), Some("ctk_secret"));
    let default = concat!("contact-client/", env!("CARGO_PKG_VERSION"));
    assert_eq!(seen[0].header("user-agent"), Some(default));
    assert_eq!(seen[1].header("user-agent"), Some("importer/1"));
    assert_eq!(seen[0].header("idempotency-key"), None, "a read needs no key");
}

#[tokio::test]
async fn a_custom_http_client_is_used() {
    let server = ScriptedServer::start([no_agents()]).await;
    let http = contact_client::reqwest::Client::builder().user_agent("its own").build().unwrap();
    client_of(&server).http_client(http).build().unwrap().list_agents().await.unwrap();
    assert_eq!(server.received()[0].header("user-agent"), Some("its own"));
}

#[tokio::test]
async fn the_path_of_the_base_url_is_kept() {
    let server = ScriptedServer::start([no_agents()]).await;
    for path in ["/api/v1", "/api/v1/"] {
        let url = format!("{}{path}", server.url);
        let client = Client::builder(url, "key").build().unwrap();
        client.list_agents().await.unwrap();
        assert_eq!(server.received().pop().unwrap().target(), "/api/v1/agents/");
    }
}

#[tokio::test]
async fn only_the_cursor_of_the_next_page_is_used() {
    let page = |next: &str| respond(200, "", format!(r#"{{"results":[],{next}}}"#));
    let server = ScriptedServer::start([
        // Older servers send the cursor only in the URL.
        page(r#""next":"https://evil.example/contacts/?cursor=a%2Bb&tag=other&page_size=1""#),
        page(r#""next":"https://evil.example/contacts/?tag=other","next_cursor":"c""#),
        page(r#""next":null,"next_cursor":null"#),
    ])
    .await;
    let list = client_of(&server).build().unwrap().list_contacts(Filters::new().tag("vip"));
    let pages: Vec<_> = list.pages().try_collect().await.unwrap();
    assert_eq!(pages.len(), 3);
    assert_eq!(server.received()[1].target(), "/contacts/?tag=vip&cursor=a%2Bb");
    assert_eq!(server.received()[2].target(), "/contacts/?tag=vip&cursor=c");
}

#[test]
fn options_are_set_only_if_the_condition_is_true() {
    let list = Client::builder("https://example.com", "key").build().unwrap().list_agents();
    let set = |condition: bool, cursor: Option<&str>| {
        let call = list.clone().when(condition, |call| call.page_size(7)).when_some(cursor, Call::cursor);
        call.preview().unwrap().url.query().map(str::to_owned)
    };
    assert_eq!(set(true, Some("a")).as_deref(), Some("page_size=7&cursor=a"));
    assert_eq!(set(false, None), None);
}

#[test]
fn debug_contains_no_personal_data() {
    let client = Client::builder("https://example.com", "secret").build().unwrap();
    let id = ContactId(uuid::Uuid::nil());
    let create = client.create_contact(ContactCreate::new().full_name("secret").email("secret@example.com"));
    let list = client.list_contacts(Filters::new().email("secret@example.com")).search("secret");
    let body: Body<ContactCreate> = Body::from_json(r#"{"full_name": "secret"}"#);
    for debug in [
        format!("{client:?}"),
        format!("{body:?}"),
        format!("{create:?}"),
        format!("{:?}", create.idempotency_key("secret").preview().unwrap()),
        format!("{list:?}"),
        format!("{:?}", list.clone().preview().unwrap()),
        format!("{:?}", list.items()),
        format!("{:?}", client.remove_tag(id, "secret")),
    ] {
        assert!(!debug.contains("secret"), "{debug}");
    }
}
