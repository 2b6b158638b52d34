//! Tests of a store on SQLite.

use std::time::Duration;

use contact_model::{
    CompanyId, ContactCreate, ContactId, ContactUpdate, Country, Include, MatchPolicy, RequestBody as _,
};

use super::{checkpointer, open as files};
use crate::company::CreateCompany;
use crate::{ContactLookup, ContactWrite, Store, StoreOptions, WriteOperation};

async fn open(directory: &tempfile::TempDir) -> Store {
    let url = format!("sqlite://{}/contacts.db", directory.path().display());
    Store::open(&url, &StoreOptions::default()).await.unwrap()
}

async fn company(store: &Store) -> CompanyId {
    let create = CreateCompany { name: "Example Ltd".to_owned(), country: Country::US };
    store.run(create).await.unwrap().id
}

fn update(company_id: CompanyId, id: ContactId, notes: &str) -> ContactWrite {
    let body = serde_json::json!({ "notes": notes }).to_string();
    let update = ContactUpdate::from_json(body.as_bytes()).unwrap().value;
    let operation = WriteOperation::Update(id, Box::new(update));
    ContactWrite::new(company_id, operation, Include::default())
}

async fn create(store: &Store, company_id: CompanyId) -> ContactId {
    let create = ContactCreate::from_json(b"{}").unwrap().value;
    let operation = WriteOperation::Upsert(Box::new(create.into()), MatchPolicy::default());
    let write = ContactWrite::new(company_id, operation, Include::default());
    store.write_one(write).await.unwrap().id
}

#[tokio::test]
async fn writes_of_another_process_are_visible_immediately() {
    let directory = tempfile::tempdir().unwrap();
    let (here, there) = (open(&directory).await, open(&directory).await);
    let company_id = company(&here).await;
    let id = create(&here, company_id).await;
    for turn in 0..50 {
        let (writes, reads) = if turn % 2 == 0 { (&here, &there) } else { (&there, &here) };
        let notes = format!("turn {turn}");
        writes.write_one(update(company_id, id, &notes)).await.unwrap();
        let lookup = ContactLookup { company_id, id, include: Include::default() };
        let read = reads.get(lookup).await.unwrap().unwrap();
        assert_eq!(read.detail.contact.notes.as_deref(), Some(notes.as_str()));
    }
}

#[tokio::test]
async fn an_idle_server_does_not_prevent_a_restart_of_the_log() {
    let directory = tempfile::tempdir().unwrap();
    let (writing, _idle) = (open(&directory).await, open(&directory).await);
    let company_id = company(&writing).await;
    create(&writing, company_id).await;
    let path = directory.path().join("contacts.db");
    let mut other = files::writer(&path, Duration::from_secs(20)).unwrap();
    // It waits for all readers of the log, for at most the busy timeout of the connection.
    let busy = other.one("PRAGMA wal_checkpoint(RESTART)", &[], |row| row.integer(0)).unwrap();
    assert_eq!(busy, Some(0), "another connection uses the log");
}

#[tokio::test]
async fn a_closed_file_is_complete_without_its_log() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(&directory).await;
    let company_id = company(&store).await;
    let id = create(&store, company_id).await;
    store.close().await;
    let copy = tempfile::tempdir().unwrap();
    let name = "contacts.db";
    std::fs::copy(directory.path().join(name), copy.path().join(name)).unwrap();
    let lookup = ContactLookup { company_id, id, include: Include::default() };
    assert!(open(&copy).await.get(lookup).await.unwrap().is_some());
}

#[tokio::test]
async fn the_log_does_not_grow_without_end_during_writes_and_reads() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(&directory).await;
    let company_id = company(&store).await;
    let mut ids = Vec::new();
    for _ in 0..100 {
        ids.push(create(&store, company_id).await);
    }
    let notes = "x".repeat(8_000);
    let mut longest = 0;
    // At least three pages for each contact, in total many times the maximum length of the log.
    for turn in 0..100 {
        let notes = format!("{turn} {notes}");
        store.write(ids.iter().map(|id| update(company_id, *id, &notes)).collect()).await;
        store.get(ContactLookup { company_id, id: ids[0], include: Include::default() }).await.unwrap();
        let log = std::fs::metadata(directory.path().join("contacts.db-wal")).unwrap();
        longest = longest.max(log.len());
    }
    let page = 4_096;
    assert!(longest > 500 * page, "the log was never long: {longest}");
    assert!(longest < 3 * u64::from(checkpointer::MAX_LOG_PAGES) * page, "the log grows: {longest}");
}
