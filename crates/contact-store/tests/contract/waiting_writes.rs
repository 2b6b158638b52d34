//! Writes to PostgreSQL that wait for the row locks of another transaction, and see its changes.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use contact_model::{CompanyId, ContactId, Include};
use contact_store::{
    Action, ContactWrite, Idempotency, Store, StoreError, StoreOptions, StoredBody, StoredResponse, Written,
};
use contact_testing::{Backend, TestDatabase};
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tokio::task::JoinHandle;

use crate::fixture::{Fixture, update, upsert};
use crate::idempotency::request;
use crate::schema::Rows;

/// Another transaction that has executed a statement but has not committed.
struct Other {
    connection: PgConnection,
    process: i32,
}

impl Other {
    async fn begin(fixture: &Fixture, statement: String) -> Self {
        let mut connection = PgConnection::connect(fixture.database.url()).await.unwrap();
        let process = sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut connection).await.unwrap();
        connection.execute(AssertSqlSafe(format!("BEGIN; {statement}"))).await.unwrap();
        Self { connection, process }
    }

    /// Starts the write, and commits when the write waits for this transaction.
    async fn commit_while_waiting(
        mut self,
        fixture: &Fixture,
        write: ContactWrite,
    ) -> Result<Written, StoreError> {
        let store = fixture.store.clone();
        let waiting: JoinHandle<_> = tokio::spawn(async move { store.write_one(write).await });
        let rows = Rows::open(&fixture.database).await;
        let process = self.process;
        let waits =
            format!("SELECT 'yes' FROM pg_stat_activity WHERE {process} = ANY (pg_blocking_pids(pid))");
        let seen = async {
            while rows.texts(&waits, 1).await.is_empty() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), seen).await.expect("the write waits");
        self.connection.execute("COMMIT").await.unwrap();
        waiting.await.unwrap()
    }
}

/// Returns the write without `include`, so that one statement can execute it.
fn without_include(write: ContactWrite) -> ContactWrite {
    ContactWrite { include: Include::default(), ..write }
}

async fn phone_key(fixture: &Fixture, contact: ContactId) -> Option<String> {
    let rows = Rows::open(&fixture.database).await;
    let query = format!("SELECT phone_key FROM contacts WHERE id = '{}'", contact.0);
    rows.texts(&query, 1).await.remove(0).remove(0)
}

async fn two_contacts_with_one_phone(fixture: &Fixture, company: CompanyId) -> (ContactId, ContactId) {
    let older = fixture.create(company, json!({ "phone_number": "+14155552671" })).await;
    let younger = fixture.create(company, json!({})).await;
    fixture.write(vec![update(company, younger, json!({ "phone_number": "+14155552671" }))]).await;
    (older, younger)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: cargo xtask test starts one"]
async fn update_keeps_the_phone_key_of_a_concurrent_change_of_country() {
    let fixture = Fixture::new(Backend::Postgres).await;
    let company = fixture.company().await;
    let contact = fixture.create(company, json!({ "phone_number": "030 90182" })).await;
    let key = "UPDATE contacts SET phone_key = '+493090182'";
    let other = Other::begin(&fixture, key.to_owned()).await;
    let write = without_include(update(company, contact, json!({ "notes": "updated" })));
    let written = other.commit_while_waiting(&fixture, write).await.unwrap();
    assert_eq!(written.contact.as_ref().unwrap().notes.as_deref(), Some("updated"));
    assert_eq!(phone_key(&fixture, contact).await.as_deref(), Some("+493090182"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: cargo xtask test starts one"]
async fn upsert_matches_the_next_contact_after_a_concurrent_erasure() {
    let fixture = Fixture::new(Backend::Postgres).await;
    let company = fixture.company().await;
    let (older, younger) = two_contacts_with_one_phone(&fixture, company).await;
    let other = Other::begin(&fixture, format!("DELETE FROM contacts WHERE id = '{}'", older.0)).await;
    let write = upsert(company, json!({ "phone_number": "+1 415 555 2671", "notes": "found" }));
    let written = other.commit_while_waiting(&fixture, write).await.unwrap();
    assert_eq!((written.action, written.id), (Action::Updated, younger));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: cargo xtask test starts one"]
async fn concurrently_erased_contact_is_not_found() {
    let fixture = Fixture::new(Backend::Postgres).await;
    let company = fixture.company().await;
    let contact = fixture.create(company, json!({})).await;
    let other = Other::begin(&fixture, "DELETE FROM contacts".to_owned()).await;
    let written =
        other.commit_while_waiting(&fixture, update(company, contact, json!({ "full_name": "Jane" }))).await;
    assert!(matches!(written, Err(StoreError::ContactNotFound)), "{written:?}");
}

/// A set that ends without a commit holds no locks after it has returned, because another server may need them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: cargo xtask test starts one"]
async fn replayed_set_holds_no_lock() {
    let fixture = Fixture::on(TestDatabase::separate_postgres().await).await;
    let company = fixture.company().await;
    let set = || vec![upsert(company, json!({ "notes": "once" }))];
    let result = StoredResponse {
        status: 200,
        headers: Vec::new(),
        body: StoredBody::new(Vec::new()),
        is_encrypted: false,
        contacts: BTreeSet::new(),
    };
    let once = || {
        let result = result.clone();
        let result = Arc::new(move |_| Ok(result.clone()));
        Idempotency { request: request(company, 1, 0), build_response: result, quota: u64::MAX }
    };
    let rows = Rows::open(&fixture.database).await;
    // As many connections as a server has, so that a lock would not be released by reuse of the connection.
    let store = Store::open(fixture.database.url(), &StoreOptions::default()).await.unwrap();
    for round in 0..2 {
        let results = store.write_in_one_transaction(set(), Some(once()), None).await;
        assert_eq!(results.is_ok(), round == 0, "{results:?}");
        let held = "SELECT 'yes' FROM pg_locks WHERE locktype = 'advisory'
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        assert_eq!(rows.texts(held, 1).await, Vec::<Vec<Option<String>>>::new());
    }
}

/// The result contains the contact's row and its custom fields at the same point in time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: cargo xtask test starts one"]
async fn unchanged_write_returns_a_consistent_contact() {
    let fixture = Fixture::new(Backend::Postgres).await;
    let company = fixture.company().await;
    let other = fixture.another_store().await;
    fixture.field(company, "Plan", contact_model::CustomFieldType::Any).await;
    let state = |n: u32| json!({ "notes": n.to_string(), "custom_fields": { "Plan": n.to_string() } });
    let contact = fixture.create(company, state(0)).await;
    let writer = tokio::spawn(async move {
        for n in 1..200 {
            other.write_one(update(company, contact, state(n))).await.unwrap();
        }
        other.close().await;
    });
    while !writer.is_finished() {
        let result = fixture.store.write_one(update(company, contact, json!({}))).await.unwrap();
        let contact = json!(result.contact);
        assert_eq!(contact["custom_fields"]["Plan"], contact["notes"]);
    }
    writer.await.unwrap();
}
