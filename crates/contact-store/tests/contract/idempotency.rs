//! Writes with idempotency keys, which are executed once.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use contact_model::{CompanyId, KeyedRequest};
use contact_store::{
    ContactWrite, Idempotency, StoreError, StoredBody, StoredResponse, WriteOperation, Written,
};
use contact_testing::{Backend, TestDatabase, on_both_databases};
use serde_json::json;
use sha2::{Digest, Sha256};
use sqlx::{Connection, Executor, PgConnection};

use crate::fixture::{ALL, Fixture, unknown_id, update, upsert};
use crate::schema::Rows;

on_both_databases!(
    each_write_of_a_set_has_its_own_response,
    first_of_two_equal_requests_in_a_set_is_executed,
    erasure_deletes_responses_of_the_same_set,
    write_is_rolled_back_if_its_response_cannot_be_created,
    refused_request_can_be_repeated,
);

pub(crate) fn request(company_id: CompanyId, key: u8, content: u8) -> KeyedRequest {
    KeyedRequest { company_id, key_hash: [key; 32], content_hash: [content; 32] }
}

/// Returns the write with an idempotency key; its response contains the notes of the contact.
pub(crate) fn once(write: ContactWrite, key: u8, content: u8) -> ContactWrite {
    let result = |written: Written| {
        Ok(StoredResponse {
            status: 200,
            headers: Vec::new(),
            body: StoredBody::new(written.contact.unwrap().notes.unwrap_or_default().into_bytes()),
            is_encrypted: false,
            contacts: BTreeSet::from([written.id]),
        })
    };
    let request = request(write.company_id, key, content);
    ContactWrite {
        idempotency: Some(Idempotency { request, build_response: Arc::new(result), quota: u64::MAX }),
        ..write
    }
}

/// Returns the replayed response as text.
pub(crate) fn replayed<T: std::fmt::Debug>(result: &Result<T, StoreError>) -> String {
    match result {
        Err(StoreError::AlreadyDone(stored)) => {
            String::from_utf8(stored.body.plain().unwrap().into_owned()).unwrap()
        }
        other => panic!("not a replay: {other:?}"),
    }
}

async fn each_write_of_a_set_has_its_own_response(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let companies = [fixture.company().await, fixture.company().await];
    let set = || -> Vec<ContactWrite> {
        let writes = companies.iter().flat_map(|company| {
            (1..=3).map(move |n| once(upsert(*company, json!({ "notes": format!("{company} {n}") })), n, 0))
        });
        let bad =
            upsert(companies[0], json!({ "tags": (0..200).map(|n| n.to_string()).collect::<Vec<_>>() }));
        writes.chain([update(companies[0], unknown_id(), json!({})), bad]).collect()
    };
    let first = fixture.store.write(set()).await;
    let again = fixture.store.write(set()).await;
    for n in 0..6 {
        let written = first[n].as_ref().unwrap();
        assert_eq!(replayed(&again[n]), written.contact.as_ref().unwrap().notes.clone().unwrap());
    }
    assert!(
        matches!(again[6], Err(StoreError::ContactNotFound)) && again[7].is_ok(),
        "other writes are not affected"
    );
}

async fn first_of_two_equal_requests_in_a_set_is_executed(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let write = |notes: &str, content| once(upsert(company, json!({ "notes": notes })), 1, content);
    let results = fixture.store.write(vec![write("first", 1), write("first", 1), write("other", 2)]).await;
    assert_eq!(results[0].as_ref().unwrap().contact.as_ref().unwrap().notes.as_deref(), Some("first"));
    assert_eq!(replayed(&results[1]), "first");
    assert!(matches!(results[2], Err(StoreError::KeyReused)), "{:?}", results[2]);
    let refused = once(update(company, unknown_id(), json!({})), 2, 1);
    let done = once(upsert(company, json!({ "notes": "done" })), 2, 1);
    let results = fixture.store.write(vec![refused, done.clone(), done]).await;
    assert!(matches!(results[0], Err(StoreError::ContactNotFound)), "{:?}", results[0]);
    assert!(results[1].is_ok(), "a refused write stores no response");
    assert_eq!(replayed(&results[2]), "done");
}

async fn erasure_deletes_responses_of_the_same_set(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let (erased, kept) = (fixture.create(company, json!({})).await, fixture.create(company, json!({})).await);
    let erase = ContactWrite::new(company, WriteOperation::Erase(erased), ALL);
    let set = vec![
        once(update(company, erased, json!({ "notes": "a" })), 1, 0),
        once(update(company, kept, json!({ "notes": "b" })), 2, 0),
        erase,
        once(upsert(company, json!({ "notes": "new" })), 1, 0),
    ];
    let results = fixture.store.write(set).await;
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    let rows = Rows::open(&fixture.database).await;
    assert_eq!(rows.texts("SELECT headers FROM stored_answers", 1).await.len(), 2);
    let again = once(upsert(company, json!({ "notes": "new" })), 1, 0);
    assert_eq!(replayed(&fixture.store.write_one(again).await), "new");
}

async fn write_is_rolled_back_if_its_response_cannot_be_created(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let contact = fixture.create(company, json!({})).await;
    let write = update(company, contact, json!({ "notes": "lost" }));
    let fail = Arc::new(|_: Written| Err(Arc::new(StoreError::Overloaded) as contact_store::Cause));
    let idempotency = Idempotency { request: request(company, 1, 0), build_response: fail, quota: u64::MAX };
    let failed =
        fixture.store.write_one(ContactWrite { idempotency: Some(idempotency), ..write.clone() }).await;
    assert!(matches!(failed, Err(StoreError::Unavailable(_))), "{failed:?}");
    assert_eq!(fixture.read(company, contact).await["notes"], json!(null));
    assert!(fixture.store.write_one(once(write, 1, 0)).await.is_ok(), "no response was stored");
}

async fn refused_request_can_be_repeated(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let insert = |id| crate::inserts::item(company, "insert", json!({ "id": id }));
    let id = uuid::Uuid::from_u128(7);
    let write = once(update(company, id.into(), json!({ "notes": "x" })), 1, 0);
    assert!(matches!(fixture.store.write_one(write.clone()).await, Err(StoreError::ContactNotFound)));
    fixture.write(vec![insert(id)]).await;
    assert!(fixture.store.write_one(write).await.is_ok(), "the store does not store refusals");
}

/// Returns the advisory lock of a request.
fn lock_of(request: &KeyedRequest) -> i64 {
    let hash = Sha256::new().chain_update(request.company_id.0).chain_update(b"answer");
    let digest: [u8; 32] = hash.chain_update(request.key_hash).finalize().into();
    i64::from_be_bytes(*digest.first_chunk().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: cargo xtask test starts one"]
async fn request_is_running_while_another_connection_holds_its_lock() {
    let fixture = Fixture::new(Backend::Postgres).await;
    let company = fixture.company().await;
    let contact = fixture.create(company, json!({})).await;
    let write = || once(update(company, contact, json!({ "notes": "once" })), 1, 0);
    let mut holder = PgConnection::connect(fixture.database.url()).await.unwrap();
    let lock = format!("BEGIN; SELECT pg_advisory_xact_lock({})", lock_of(&request(company, 1, 0)));
    holder.execute(sqlx::AssertSqlSafe(lock)).await.unwrap();
    let running = fixture.store.write_one(write()).await;
    assert!(matches!(running, Err(StoreError::StillRunning)), "{running:?}");
    // Writes with another key or without a key do not wait for it.
    let others = vec![once(upsert(company, json!({})), 2, 0), write(), update(company, contact, json!({}))];
    let results = fixture.store.write(others).await;
    assert!(results[0].is_ok() && results[2].is_ok(), "{results:?}");
    assert!(matches!(results[1], Err(StoreError::StillRunning)), "{results:?}");
    assert_eq!(fixture.read(company, contact).await["notes"], json!(null));
    // The connection is closed in the middle of its transaction, which releases the lock.
    holder.close_hard().await.unwrap();
    let executed = async {
        loop {
            match fixture.store.write_one(write()).await {
                Err(StoreError::StillRunning) => tokio::time::sleep(Duration::from_millis(10)).await,
                done => break done,
            }
        }
    };
    let done = tokio::time::timeout(Duration::from_secs(30), executed).await.unwrap();
    assert_eq!(done.unwrap().contact.as_ref().unwrap().notes.as_deref(), Some("once"));
    assert_eq!(replayed(&fixture.store.write_one(write()).await), "once");
}

/// All connections are terminated while the write waits in its transaction: either both the write and its response
/// are stored, or neither.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: cargo xtask test starts one"]
async fn terminated_write_stores_no_response() {
    let fixture = Fixture::on(TestDatabase::separate_postgres().await).await;
    let company = fixture.company().await;
    let contact = fixture.create(company, json!({})).await;
    for round in 0..3_u8 {
        let notes = format!("round {round}");
        let write = || once(update(company, contact, json!({ "notes": notes })), round, 0);
        let mut holder = PgConnection::connect(fixture.database.url()).await.unwrap();
        holder.execute("BEGIN; SELECT id FROM contacts FOR UPDATE").await.unwrap();
        let (store, waiting) = (fixture.store.clone(), write());
        let waiting = tokio::spawn(async move { store.write_one(waiting).await });
        let rows = Rows::open(&fixture.database).await;
        let waits = "SELECT 'yes' FROM pg_locks WHERE locktype = 'advisory' AND granted
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        while rows.texts(waits, 1).await.is_empty() {
            tokio::task::yield_now().await;
        }
        fixture.database.break_connections().await;
        let outcome = waiting.await.unwrap();
        let read = fixture.store.clone();
        let lookup = contact_store::ContactLookup { company_id: company, id: contact, include: ALL };
        // The pool notices terminated connections only when it uses them.
        let read = async || loop {
            if let Ok(found) = read.get(lookup).await {
                break found.unwrap().detail.contact.notes;
            }
        };
        let done = read().await.as_deref() == Some(notes.as_str());
        assert!(outcome.is_err() || done, "{outcome:?}");
        let again = fixture.store.write_one(write()).await;
        match again {
            Ok(_) => assert!(!done, "the write was executed twice"),
            result => assert_eq!((replayed(&result), done), (notes.clone(), true)),
        }
        assert_eq!(read().await.as_deref(), Some(notes.as_str()));
    }
}
