//! Writes that are sent several times and done once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use contact_client::model::NewThread;
use contact_client::model::{Access, NewAgent, NewApiKey};
use contact_client::{BatchItem, Client, ContactCreate, ContactUpdate, Filters, ProblemType};
use contact_testing::{Backend, ScriptedServer, Step, TestCompany, on_both_databases};
use futures::TryStreamExt as _;

use crate::{client_of, start};

on_both_databases!(
    a_write_is_done_once_if_its_response_is_lost,
    a_custom_idempotency_key_works_across_clients,
    an_idempotency_key_cannot_be_used_for_another_request,
    a_cloned_call_is_a_separate_write,
);

/// Returns a client with a new key. It loses the response to its first request.
async fn client_that_loses_a_response(company: &TestCompany, access: Access) -> Client {
    let company = company.with_access(access).await;
    let (key, lost) = (company.key.clone(), Arc::new(AtomicBool::new(false)));
    let proxy = ScriptedServer::start_async(move |request| {
        let (company, lost) = (company.clone(), Arc::clone(&lost));
        async move {
            let response = company.forward(&request).await;
            if lost.swap(true, Ordering::Relaxed) { response.into() } else { Step::HangUp }
        }
    });
    Client::builder(proxy.await.url, key).build().unwrap()
}

async fn a_write_is_done_once_if_its_response_is_lost(backend: Backend) {
    let (company, client) = start(backend).await;
    let write = Access::Write;
    // The contact has no phone number and no email address, so only the idempotency key prevents a second one.
    let create = ContactCreate::new().full_name("jane doe");
    let created =
        client_that_loses_a_response(&company, write).await.create_contact(create).receipt().await.unwrap();
    assert!(created.is_replayed() && created.status() == 201);
    let contact = created.body().contact.id;
    let contacts: Vec<_> = client.list_contacts(Filters::new()).items().try_collect().await.unwrap();
    assert_eq!(contacts.iter().map(|contact| contact.id).collect::<Vec<_>>(), [contact]);

    // The first attempt changed the contact, so the precondition would fail if the write were done again.
    let update = ContactUpdate::new().notes("Called today");
    let updated = client_that_loses_a_response(&company, write)
        .await
        .update_contact(contact, update)
        .if_match(&created)
        .await;
    assert!(updated.unwrap().is_replayed());

    let agent = client_that_loses_a_response(&company, write)
        .await
        .create_agent(NewAgent::new("Front desk"))
        .await
        .unwrap()
        .body()
        .id;
    assert_eq!(client.list_agents().await.unwrap().body().results.len(), 1);
    let thread = NewThread::new(agent, "call", "completed", "inbound");
    let thread =
        client_that_loses_a_response(&company, write).await.record_thread(contact, thread).await.unwrap();
    assert_eq!(client.list_threads(contact).await.unwrap().body().results, [thread.into_body()]);

    let items = [BatchItem::upsert(ContactCreate::new()), BatchItem::upsert(ContactCreate::new())];
    let batch = client_that_loses_a_response(&company, write).await.write_batch(items).await.unwrap();
    assert!(batch.is_replayed() && batch.body().results.iter().all(|item| item.status == 201));
    assert_eq!(client.list_contacts(Filters::new()).await.unwrap().body().results.len(), 3);

    client_that_loses_a_response(&company, write).await.delete_contact(contact).await.unwrap();

    let made = client_that_loses_a_response(&company, Access::Admin)
        .await
        .create_api_key(NewApiKey::default())
        .await
        .unwrap();
    let with_it = client_of(&company.with_key(made.body().key.reveal()));
    with_it.list_agents().await.unwrap();
}

async fn a_custom_idempotency_key_works_across_clients(backend: Backend) {
    let (company, client) = start(backend).await;
    let import = |client: &Client| {
        client.create_contact(ContactCreate::new().full_name("jane doe")).idempotency_key("import-7")
    };
    let first = import(&client).await.unwrap();
    let later = import(&client_of(&company.with_access(Access::Write).await)).await.unwrap();
    assert_eq!((first.is_replayed(), later.is_replayed()), (false, true));
    assert_eq!(later.body().id(), first.body().id());
}

async fn an_idempotency_key_cannot_be_used_for_another_request(backend: Backend) {
    let (_company, client) = start(backend).await;
    let create = |name| client.create_contact(ContactCreate::new().full_name(name));
    create("jane doe").idempotency_key("import-7").await.unwrap();
    let other = create("max muster").idempotency_key("import-7").await.unwrap_err();
    assert_eq!(other.problem_type(), Some(ProblemType::KeyReused));
}

async fn a_cloned_call_is_a_separate_write(backend: Backend) {
    let (_company, client) = start(backend).await;
    let create = client.create_contact(ContactCreate::new().full_name("jane doe"));
    let (one, other) = (create.clone().await.unwrap(), create.await.unwrap());
    assert_ne!(one.body().id(), other.body().id());
}
