//! Writes whose answers are lost on the way: sent again, and done once.

use contact_client::model::NewThread;
use contact_client::model::{Access, NewAgent, NewApiKey};
use contact_client::{BatchItem, Client, ContactCreate, ContactUpdate, Filters, ProblemType};
use contact_testing::{Backend, on_both_databases};
use futures::TryStreamExt as _;
use tokio::io::AsyncReadExt as _;
use tokio::net::{TcpListener, TcpStream};

use crate::stage::Stage;

on_both_databases!(
    a_write_whose_answer_is_lost_is_done_once,
    the_callers_own_key_outlives_the_client,
    a_key_is_for_one_request,
    a_call_that_is_cloned_is_another_write,
);

/// A way to the server that breaks when the answer to the first request arrives, which is then done; every
/// connection after it holds. Its URL.
async fn broken_way(server: &str) -> String {
    let server = server.strip_prefix("http://").unwrap().to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut client, _) = listener.accept().await.unwrap();
        let mut upstream = TcpStream::connect(&server).await.unwrap();
        let (mut answer, mut request) = upstream.split();
        tokio::select! {
            _ = tokio::io::copy(&mut client, &mut request) => panic!("the client went away"),
            first = answer.read_u8() => assert_eq!(first.unwrap(), b'H'),
        }
        drop((client, upstream));
        loop {
            let (mut client, _) = listener.accept().await.unwrap();
            let mut upstream = TcpStream::connect(&server).await.unwrap();
            tokio::spawn(async move { tokio::io::copy_bidirectional(&mut client, &mut upstream).await });
        }
    });
    url
}

/// A client whose first request is answered into the void.
async fn unlucky(stage: &Stage, access: Access) -> Client {
    let key = stage.server.key(stage.company.id, access, None).await;
    Client::builder(broken_way(&stage.server.url).await, key).build().unwrap()
}

async fn a_write_whose_answer_is_lost_is_done_once(backend: Backend) {
    let stage = Stage::start(backend).await;
    let write = Access::Write;
    // Without phone and email, nothing but the key tells that it is the same contact.
    let create = ContactCreate::new().full_name("jane doe");
    let created = unlucky(&stage, write).await.create_contact(create).receipt().await.unwrap();
    assert!(created.replayed && created.status == 201);
    let contact = created.contact.id;
    let contacts: Vec<_> = stage.client.list_contacts(Filters::new()).items().try_collect().await.unwrap();
    assert_eq!(contacts.iter().map(|contact| contact.id).collect::<Vec<_>>(), [contact]);

    // A precondition that the write itself has overtaken is not held against it.
    let update = ContactUpdate::new().notes("Called today");
    let updated = unlucky(&stage, write).await.update_contact(contact, update).if_match(&created).await;
    assert!(updated.unwrap().replayed);

    let agent = unlucky(&stage, write).await.create_agent(NewAgent::new("Front desk")).await.unwrap().id;
    assert_eq!(stage.client.list_agents().await.unwrap().results.len(), 1);
    let thread = NewThread::new(agent, "call", "completed", "inbound");
    let thread = unlucky(&stage, write).await.record_thread(contact, thread).await.unwrap();
    assert_eq!(stage.client.list_threads(contact).await.unwrap().results, [thread.into_inner()]);

    let items = [BatchItem::upsert(ContactCreate::new()), BatchItem::upsert(ContactCreate::new())];
    let batch = unlucky(&stage, write).await.write_batch(items).await.unwrap();
    assert!(batch.replayed && batch.results.iter().all(|item| item.status == 201));
    assert_eq!(stage.client.list_contacts(Filters::new()).await.unwrap().results.len(), 3);

    unlucky(&stage, write).await.delete_contact(contact).await.unwrap();

    let made = unlucky(&stage, Access::Admin).await.create_api_key(NewApiKey::default()).await.unwrap();
    let with_it = Client::builder(&stage.server.url, made.key.reveal()).build().unwrap();
    with_it.list_agents().await.unwrap();
}

async fn the_callers_own_key_outlives_the_client(backend: Backend) {
    let stage = Stage::start(backend).await;
    let import = |client: &Client| {
        client.create_contact(ContactCreate::new().full_name("jane doe")).idempotency_key("import-7")
    };
    let first = import(&stage.client).await.unwrap();
    let later = import(&stage.client_with(Access::Write).await).await.unwrap();
    assert_eq!((first.replayed, later.replayed), (false, true));
    assert_eq!(later.id(), first.id());
}

async fn a_key_is_for_one_request(backend: Backend) {
    let stage = Stage::start(backend).await;
    let create = |name| stage.client.create_contact(ContactCreate::new().full_name(name));
    create("jane doe").idempotency_key("import-7").await.unwrap();
    let other = create("max muster").idempotency_key("import-7").await.unwrap_err();
    assert_eq!(other.problem_type(), Some(ProblemType::KeyReused));
}

async fn a_call_that_is_cloned_is_another_write(backend: Backend) {
    let stage = Stage::start(backend).await;
    let create = stage.client.create_contact(ContactCreate::new().full_name("jane doe"));
    let (one, other) = (create.clone().await.unwrap(), create.await.unwrap());
    assert_ne!(one.id(), other.id());
}
