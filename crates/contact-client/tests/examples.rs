//! The examples, run against a real server.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

use contact_client::model::list::Filters;
use contact_client::model::{NewAgent, NewThread};
use contact_client::{Client, ContactCreate};
use contact_testing::{Backend, TestServer};

#[allow(dead_code, reason = "its `main` reads the environment")]
#[path = "../examples/follow_up.rs"]
mod follow_up;
#[allow(dead_code, reason = "its `main` reads the environment")]
#[path = "../examples/import.rs"]
mod import;

async fn client(server: &TestServer) -> Client {
    let company = server.company().await;
    Client::builder(&server.url, company.key).build().unwrap()
}

#[tokio::test]
async fn leads_are_followed_up() {
    let server = TestServer::start(Backend::Sqlite).await;
    let client = client(&server).await;
    let lead = ContactCreate::new().tags(["lead", "vip"]).notes("Likes tea").phone_number("+14155552671");
    let id = client.create_contact(lead).await.unwrap().id();
    client.create_contact(ContactCreate::new().tags(["lead"])).await.unwrap();
    let called = ContactCreate::new().tags(["lead"]).phone_number("+14155552672");
    let called = client.create_contact(called).await.unwrap().id();
    let agent = client.create_agent(NewAgent::new("Front desk")).await.unwrap().id;
    let call = NewThread::new(agent, "call", "completed", "outbound");
    client.record_thread(called, call).await.unwrap();

    assert_eq!(follow_up::follow_up(&client).await.unwrap(), 1);
    let lead = client.get_contact(id).await.unwrap().into_inner().contact;
    assert_eq!(lead.tags, ["lead", "vip", "to call"]);
    assert_eq!(lead.notes.as_deref(), Some("Likes tea"));
    assert_eq!(client.get_contact(called).await.unwrap().contact.tags, ["lead"]);
}

#[test]
fn people_are_imported() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let server = runtime.block_on(TestServer::start(Backend::Sqlite));
    let client = runtime.block_on(client(&server));
    let people = [("jane doe", "jane@example.com"), ("max", "max@example.com"), ("none", "a\0b")];
    assert_eq!(import::import(&client, &people).unwrap(), 2);
    let stored = client.list_contacts(Filters::new()).wait().unwrap();
    assert_eq!(stored.results.len(), 2);
}
