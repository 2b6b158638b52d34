//! Lists as streams.

use contact_client::model::list::{Filters, SortKey};
use contact_client::model::{Access, NewAgent, NewApiKey, NewThread};
use contact_client::{Client, ContactCreate, Include, Page as _};
use contact_testing::{Backend, on_both_databases};
use futures::TryStreamExt as _;

use crate::{client_of, create, start};

on_both_databases!(
    contacts_of_all_pages_are_streamed,
    a_stream_starts_at_a_cursor,
    threads_and_tags_of_all_pages_are_streamed,
    agents_and_api_keys_of_all_pages_are_streamed,
    a_stream_ends_after_an_error,
);

const NAMES: [&str; 5] = ["Ann", "Ben", "Cid", "Dan", "Eve"];

async fn five_contacts(client: &Client) {
    for name in NAMES {
        create(client, ContactCreate::new().full_name(name).tags([name, "all"])).await;
    }
}

async fn contacts_of_all_pages_are_streamed(backend: Backend) {
    let (_company, client) = start(backend).await;
    five_contacts(&client).await;
    create(&client, ContactCreate::new().full_name("Stranger")).await;

    let filters = Filters::new().tag("all");
    let list = client.list_contacts(filters).sort(SortKey::Name.descending()).page_size(2).count();
    let pages: Vec<_> = list.clone().include(Include::FIRST_NAME).pages().try_collect().await.unwrap();
    assert_eq!(pages.iter().map(|page| page.body().results.len()).collect::<Vec<_>>(), [2, 2, 1]);
    assert!(pages.iter().all(|page| (page.body().count, page.body().count_exact) == (Some(5), Some(true))));
    assert!(
        pages
            .iter()
            .flat_map(|page| &page.body().results)
            .all(|contact| contact.first_name.value().is_some())
    );

    let contacts: Vec<_> = list.items().try_collect().await.unwrap();
    let names: Vec<_> = contacts.iter().filter_map(|contact| contact.name.as_deref()).rev().collect();
    assert_eq!(names, NAMES);
    let found: Vec<_> =
        client.list_contacts(Filters::new()).search("be").items().try_collect().await.unwrap();
    assert_eq!(found.len(), 1);
}

async fn a_stream_starts_at_a_cursor(backend: Backend) {
    let (_company, client) = start(backend).await;
    five_contacts(&client).await;
    let list = client.list_contacts(Filters::new()).sort(SortKey::Name).page_size(3);
    let first = list.clone().await.unwrap();
    let cursor = first.body().next_cursor().unwrap();
    let rest: Vec<_> = list.cursor(&cursor).items().try_collect().await.unwrap();
    assert_eq!(rest.iter().filter_map(|contact| contact.name.as_deref()).collect::<Vec<_>>(), NAMES[3..]);
}

async fn threads_and_tags_of_all_pages_are_streamed(backend: Backend) {
    let (_company, client) = start(backend).await;
    five_contacts(&client).await;
    let tags: Vec<_> = client.list_tags().page_size(2).items().try_collect().await.unwrap();
    assert_eq!(tags.iter().map(|tag| tag.contacts).collect::<Vec<_>>(), [1, 1, 1, 1, 1, 5]);

    let contact = create(&client, ContactCreate::new()).await;
    let agent = client.create_agent(NewAgent::new("Front desk")).await.unwrap().body().id;
    for kind in NAMES {
        let thread = NewThread::new(agent, kind, "completed", "inbound");
        client.record_thread(contact, thread).await.unwrap();
    }
    let threads: Vec<_> = client.list_threads(contact).page_size(2).items().try_collect().await.unwrap();
    assert_eq!(threads.iter().map(|thread| thread.kind.as_str()).rev().collect::<Vec<_>>(), NAMES);
}

async fn agents_and_api_keys_of_all_pages_are_streamed(backend: Backend) {
    let (company, client) = start(backend).await;
    for name in NAMES {
        client.create_agent(NewAgent::new(name)).await.unwrap();
    }
    let list = client.list_agents().page_size(2);
    let pages: Vec<_> = list.clone().pages().try_collect().await.unwrap();
    assert_eq!(pages.iter().map(|page| page.body().results.len()).collect::<Vec<_>>(), [2, 2, 1]);
    let agents: Vec<_> = list.items().try_collect().await.unwrap();
    assert_eq!(agents.iter().map(|agent| agent.name.as_str()).collect::<Vec<_>>(), NAMES);

    let admin = client_of(&company.with_access(Access::Admin).await);
    let mut made = Vec::new();
    for name in NAMES {
        let key = NewApiKey { name: Some(name.to_owned()), ..NewApiKey::default() };
        made.push(admin.create_api_key(key).await.unwrap().into_body().listed);
    }
    let first = admin.list_api_keys().page_size(2).await.unwrap();
    let cursor = first.body().next_cursor().unwrap();
    let rest: Vec<_> =
        admin.list_api_keys().page_size(2).cursor(&cursor).items().try_collect().await.unwrap();
    let keys = [first.into_body().into_entries(), rest].concat();
    assert!(keys.ends_with(&made), "the new keys must follow the existing ones: {keys:#?}");
}

async fn a_stream_ends_after_an_error(backend: Backend) {
    let (_company, client) = start(backend).await;
    let mut contacts = client.list_contacts(Filters::new()).cursor("made up").items();
    assert_eq!(contacts.try_next().await.unwrap_err().status(), Some(400));
    assert_eq!(contacts.try_next().await.unwrap(), None);
}
