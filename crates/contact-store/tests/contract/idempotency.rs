//! Writes that are done once for each idempotency key.

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

use crate::schema::Rows;
use crate::world::{ALL, World, nobody, update, upsert};

on_both_databases!(
    each_of_a_set_has_an_answer_of_its_own,
    of_one_request_twice_in_a_set_the_first_is_done,
    what_a_set_erases_leaves_no_answer_of_that_set,
    an_answer_that_cannot_be_made_undoes_its_write,
    a_request_that_was_refused_can_be_done_later,
);

pub(crate) fn request(company_id: CompanyId, name: u8, fingerprint: u8) -> KeyedRequest {
    KeyedRequest { company_id, name: [name; 32], fingerprint: [fingerprint; 32] }
}

/// A write that is done once, answered with the contact's notes.
pub(crate) fn once(write: ContactWrite, name: u8, fingerprint: u8) -> ContactWrite {
    let answer = |written: Written| {
        Ok(StoredResponse {
            status: 200,
            headers: Vec::new(),
            body: StoredBody::new(written.contact.unwrap().notes.unwrap_or_default().into_bytes()),
            sealed: false,
            contacts: BTreeSet::from([written.id]),
        })
    };
    let request = request(write.company_id, name, fingerprint);
    ContactWrite {
        idempotency: Some(Idempotency { request, make_response: Arc::new(answer), quota: u64::MAX }),
        ..write
    }
}

/// What was answered before, as text.
pub(crate) fn answered<T: std::fmt::Debug>(answer: &Result<T, StoreError>) -> String {
    match answer {
        Err(StoreError::Answered(stored)) => {
            String::from_utf8(stored.body.plain().unwrap().into_owned()).unwrap()
        }
        other => panic!("not answered before: {other:?}"),
    }
}

async fn each_of_a_set_has_an_answer_of_its_own(backend: Backend) {
    let world = World::new(backend).await;
    let companies = [world.company().await, world.company().await];
    let set = || -> Vec<ContactWrite> {
        let writes = companies.iter().flat_map(|company| {
            (1..=3).map(move |n| once(upsert(*company, json!({ "notes": format!("{company} {n}") })), n, 0))
        });
        let bad =
            upsert(companies[0], json!({ "tags": (0..200).map(|n| n.to_string()).collect::<Vec<_>>() }));
        writes.chain([update(companies[0], nobody(), json!({})), bad]).collect()
    };
    let first = world.store.write(set()).await;
    let again = world.store.write(set()).await;
    for n in 0..6 {
        let written = first[n].as_ref().unwrap();
        assert_eq!(answered(&again[n]), written.contact.as_ref().unwrap().notes.clone().unwrap());
    }
    assert!(
        matches!(again[6], Err(StoreError::ContactNotFound)) && again[7].is_ok(),
        "others are not touched"
    );
}

async fn of_one_request_twice_in_a_set_the_first_is_done(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let write = |notes: &str, fingerprint| once(upsert(company, json!({ "notes": notes })), 1, fingerprint);
    let answers = world.store.write(vec![write("first", 1), write("first", 1), write("other", 2)]).await;
    assert_eq!(answers[0].as_ref().unwrap().contact.as_ref().unwrap().notes.as_deref(), Some("first"));
    assert_eq!(answered(&answers[1]), "first");
    assert!(matches!(answers[2], Err(StoreError::KeyReused)), "{:?}", answers[2]);
    let refused = once(update(company, nobody(), json!({})), 2, 1);
    let done = once(upsert(company, json!({ "notes": "done" })), 2, 1);
    let answers = world.store.write(vec![refused, done.clone(), done]).await;
    assert!(matches!(answers[0], Err(StoreError::ContactNotFound)), "{:?}", answers[0]);
    assert!(answers[1].is_ok(), "a refused one has stored nothing");
    assert_eq!(answered(&answers[2]), "done");
}

async fn what_a_set_erases_leaves_no_answer_of_that_set(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let (gone, stays) = (world.create(company, json!({})).await, world.create(company, json!({})).await);
    let erase = ContactWrite::new(company, WriteOperation::Erase(gone), ALL);
    let set = vec![
        once(update(company, gone, json!({ "notes": "a" })), 1, 0),
        once(update(company, stays, json!({ "notes": "b" })), 2, 0),
        erase,
        once(upsert(company, json!({ "notes": "new" })), 1, 0),
    ];
    let answers = world.store.write(set).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    let rows = Rows::open(&world.database).await;
    assert_eq!(rows.texts("SELECT headers FROM stored_answers", 1).await.len(), 2);
    let again = once(upsert(company, json!({ "notes": "new" })), 1, 0);
    assert_eq!(answered(&world.store.write_one(again).await), "new");
}

async fn an_answer_that_cannot_be_made_undoes_its_write(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let contact = world.create(company, json!({})).await;
    let write = update(company, contact, json!({ "notes": "lost" }));
    let no_answer = Arc::new(|_: Written| Err(Arc::new(StoreError::Overloaded) as contact_store::Cause));
    let unanswered =
        Idempotency { request: request(company, 1, 0), make_response: no_answer, quota: u64::MAX };
    let failed = world.store.write_one(ContactWrite { idempotency: Some(unanswered), ..write.clone() }).await;
    assert!(matches!(failed, Err(StoreError::Unavailable(_))), "{failed:?}");
    assert_eq!(world.read(company, contact).await["notes"], json!(null));
    assert!(world.store.write_one(once(write, 1, 0)).await.is_ok(), "nothing was stored either");
}

async fn a_request_that_was_refused_can_be_done_later(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let insert = |id| crate::inserts::item(company, "insert", json!({ "id": id }));
    let id = uuid::Uuid::from_u128(7);
    let write = once(update(company, id.into(), json!({ "notes": "x" })), 1, 0);
    assert!(matches!(world.store.write_one(write.clone()).await, Err(StoreError::ContactNotFound)));
    world.write(vec![insert(id)]).await;
    assert!(world.store.write_one(write).await.is_ok(), "a refusal is stored by whoever answers it");
}

/// The advisory lock of a request, as every server takes it.
fn lock_of(request: &KeyedRequest) -> i64 {
    let hash = Sha256::new().chain_update(request.company_id.0).chain_update(b"answer");
    let digest: [u8; 32] = hash.chain_update(request.name).finalize().into();
    i64::from_be_bytes(*digest.first_chunk().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: cargo xtask test starts one"]
async fn a_request_is_running_as_long_as_its_holder_lives() {
    let world = World::new(Backend::Postgres).await;
    let company = world.company().await;
    let contact = world.create(company, json!({})).await;
    let write = || once(update(company, contact, json!({ "notes": "once" })), 1, 0);
    let mut holder = PgConnection::connect(world.database.url()).await.unwrap();
    let lock = format!("BEGIN; SELECT pg_advisory_xact_lock({})", lock_of(&request(company, 1, 0)));
    holder.execute(sqlx::AssertSqlSafe(lock)).await.unwrap();
    let running = world.store.write_one(write()).await;
    assert!(matches!(running, Err(StoreError::StillRunning)), "{running:?}");
    // Neither another key nor a write without one waits for it.
    let beside = vec![once(upsert(company, json!({})), 2, 0), write(), update(company, contact, json!({}))];
    let answers = world.store.write(beside).await;
    assert!(answers[0].is_ok() && answers[2].is_ok(), "{answers:?}");
    assert!(matches!(answers[1], Err(StoreError::StillRunning)), "{answers:?}");
    assert_eq!(world.read(company, contact).await["notes"], json!(null));
    // The holder goes away in the middle of its transaction, and the lock goes with it.
    holder.close_hard().await.unwrap();
    let gone = async {
        loop {
            match world.store.write_one(write()).await {
                Err(StoreError::StillRunning) => tokio::time::sleep(Duration::from_millis(10)).await,
                done => break done,
            }
        }
    };
    let done = tokio::time::timeout(Duration::from_secs(30), gone).await.unwrap();
    assert_eq!(done.unwrap().contact.as_ref().unwrap().notes.as_deref(), Some("once"));
    assert_eq!(answered(&world.store.write_one(write()).await), "once");
}

/// Every connection breaks while the write waits in its transaction, again and again: it is done and answered, or
/// neither.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: cargo xtask test starts one"]
async fn a_write_that_breaks_off_leaves_no_answer() {
    let world = World::on(TestDatabase::separate_postgres().await).await;
    let company = world.company().await;
    let contact = world.create(company, json!({})).await;
    for round in 0..3_u8 {
        let notes = format!("round {round}");
        let write = || once(update(company, contact, json!({ "notes": notes })), round, 0);
        let mut holder = PgConnection::connect(world.database.url()).await.unwrap();
        holder.execute("BEGIN; SELECT id FROM contacts FOR UPDATE").await.unwrap();
        let (store, waiting) = (world.store.clone(), write());
        let waiting = tokio::spawn(async move { store.write_one(waiting).await });
        let rows = Rows::open(&world.database).await;
        let waits = "SELECT 'yes' FROM pg_locks WHERE locktype = 'advisory' AND granted
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        while rows.texts(waits, 1).await.is_empty() {
            tokio::task::yield_now().await;
        }
        world.database.break_connections().await;
        let outcome = waiting.await.unwrap();
        let read = world.store.clone();
        let lookup = contact_store::ContactLookup { company_id: company, id: contact, include: ALL };
        // The pool notices that its connections are gone when it uses them.
        let read = async || loop {
            if let Ok(found) = read.get_one(lookup).await {
                break found.unwrap().detail.contact.notes;
            }
        };
        let done = read().await.as_deref() == Some(notes.as_str());
        assert!(outcome.is_err() || done, "{outcome:?}");
        let again = world.store.write_one(write()).await;
        match again {
            Ok(_) => assert!(!done, "it was done twice"),
            answer => assert_eq!((answered(&answer), done), (notes.clone(), true)),
        }
        assert_eq!(read().await.as_deref(), Some(notes.as_str()));
    }
}
