//! Tests of the turns of writes and operations.

use std::sync::mpsc::{Receiver, channel};

use contact_model::{ContactCreate, ContactId, Country, Include, MatchPolicy, NewAgent, RequestBody as _};
use futures::future::{join, join_all};

use crate::company::{CreateAgent, CreateCompany};
use crate::store::write_worker::Job;
use crate::store::*;
use crate::{StoreOptions, WriteOperation};

async fn company(store: &Store) -> CompanyId {
    let create = CreateCompany { name: "Example Ltd".to_owned(), country: Country::US };
    store.run(create).await.unwrap().id
}

async fn create(store: &Store, company_id: CompanyId) -> ContactId {
    let create = ContactCreate::from_json(b"{}").unwrap().value;
    let operation = WriteOperation::Upsert(Box::new(create.into()), MatchPolicy::default());
    let write = ContactWrite::new(company_id, operation, Include::default());
    store.write_one(write).await.unwrap().id
}

/// Returns a job that blocks the writer until it receives a message.
fn busy_until(message: Receiver<()>) -> Job {
    Box::new(|_| Box::pin(async move { message.recv().unwrap() }))
}

#[tokio::test]
async fn operations_take_turns_with_the_writes_of_another_company() {
    let directory = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/contacts.db", directory.path().display());
    let store = Store::open(&url, &StoreOptions::default()).await.unwrap();
    let (flooding, other) = (company(&store).await, company(&store).await);
    let (begin, wait) = channel();
    // The writer stays busy until all others wait.
    store.inner.writes.submit_job(None, busy_until(wait)).unwrap();
    let agent = NewAgent { name: "Ana".to_owned(), active: true };
    let flood =
        join_all((0..40).map(|_| store.run(CreateAgent { company_id: flooding, agent: agent.clone() })));
    let others = join(create(&store, other), async { begin.send(()).unwrap() });
    let (agents, (contact, ())) = join(flood, others).await;
    // Ids increase in the order of their creation.
    let before = agents.into_iter().filter(|agent| agent.as_ref().unwrap().id.0 < contact.0);
    assert!(before.count() <= 1, "the other company waited for more than a turn");
}
