//! Writes to PostgreSQL that wait for another transaction's row locks, and go on from what it leaves.

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

use crate::idempotency::request;
use crate::schema::Rows;
use crate::world::{World, update, upsert};

/// Another transaction, which has done something and not committed.
struct Other {
    connection: PgConnection,
    process: i32,
}

impl Other {
    async fn begin(world: &World, statement: String) -> Self {
        let mut connection = PgConnection::connect(world.database.url()).await.unwrap();
        let process = sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut connection).await.unwrap();
        connection.execute(AssertSqlSafe(format!("BEGIN; {statement}"))).await.unwrap();
        Self { connection, process }
    }

    /// Commits once the write waits for it.
    async fn commit_under(mut self, world: &World, write: ContactWrite) -> Result<Written, StoreError> {
        let store = world.store.clone();
        let waiting: JoinHandle<_> = tokio::spawn(async move { store.write_one(write).await });
        let rows = Rows::open(&world.database).await;
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

/// A write that asks for nothing beside the contact's row, so that one statement may do it.
fn of_the_row(write: ContactWrite) -> ContactWrite {
    ContactWrite { include: Include::default(), ..write }
}

async fn phone_key(world: &World, contact: ContactId) -> Option<String> {
    let rows = Rows::open(&world.database).await;
    let query = format!("SELECT phone_key FROM contacts WHERE id = '{}'", contact.0);
    rows.texts(&query, 1).await.remove(0).remove(0)
}

async fn of_one_phone(world: &World, company: CompanyId) -> (ContactId, ContactId) {
    let older = world.create(company, json!({ "phone_number": "+14155552671" })).await;
    let younger = world.create(company, json!({})).await;
    world.write(vec![update(company, younger, json!({ "phone_number": "+14155552671" }))]).await;
    (older, younger)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: cargo xtask test starts one"]
async fn an_update_leaves_the_key_that_a_change_of_country_computes() {
    let world = World::new(Backend::Postgres).await;
    let company = world.company().await;
    let contact = world.create(company, json!({ "phone_number": "030 90182" })).await;
    let key = "UPDATE contacts SET phone_key = '+493090182'";
    let other = Other::begin(&world, key.to_owned()).await;
    let write = of_the_row(update(company, contact, json!({ "notes": "beside it" })));
    let written = other.commit_under(&world, write).await.unwrap();
    assert_eq!(written.contact.as_ref().unwrap().notes.as_deref(), Some("beside it"));
    assert_eq!(phone_key(&world, contact).await.as_deref(), Some("+493090182"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: cargo xtask test starts one"]
async fn an_upsert_that_meets_an_erasure_finds_the_next_contact_of_the_phone() {
    let world = World::new(Backend::Postgres).await;
    let company = world.company().await;
    let (older, younger) = of_one_phone(&world, company).await;
    let other = Other::begin(&world, format!("DELETE FROM contacts WHERE id = '{}'", older.0)).await;
    let write = upsert(company, json!({ "phone_number": "+1 415 555 2671", "notes": "found" }));
    let written = other.commit_under(&world, write).await.unwrap();
    assert_eq!((written.action, written.id), (Action::Updated, younger));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: cargo xtask test starts one"]
async fn a_named_contact_that_is_erased_meanwhile_is_not_there() {
    let world = World::new(Backend::Postgres).await;
    let company = world.company().await;
    let contact = world.create(company, json!({})).await;
    let other = Other::begin(&world, "DELETE FROM contacts".to_owned()).await;
    let written = other.commit_under(&world, update(company, contact, json!({ "full_name": "Jane" }))).await;
    assert!(matches!(written, Err(StoreError::ContactNotFound)), "{written:?}");
}

/// A set that ends without a commit holds no locks when it is answered: the next one may be another server's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: cargo xtask test starts one"]
async fn a_set_that_was_answered_before_holds_no_lock() {
    let world = World::on(TestDatabase::separate_postgres().await).await;
    let company = world.company().await;
    let set = || vec![upsert(company, json!({ "notes": "once" }))];
    let answer = StoredResponse {
        status: 200,
        headers: Vec::new(),
        body: StoredBody::new(Vec::new()),
        sealed: false,
        contacts: BTreeSet::new(),
    };
    let once = || {
        let answer = answer.clone();
        let answer = Arc::new(move |_| Ok(answer.clone()));
        Idempotency { request: request(company, 1, 0), make_response: answer, quota: u64::MAX }
    };
    let rows = Rows::open(&world.database).await;
    // As many connections as a server has: what works keeps its own.
    let store = Store::open(world.database.url(), &StoreOptions::default()).await.unwrap();
    for round in 0..2 {
        let answers = store.write_together(set(), Some(once()), None).await;
        assert_eq!(answers.is_ok(), round == 0, "{answers:?}");
        let held = "SELECT 'yes' FROM pg_locks WHERE locktype = 'advisory'
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        assert_eq!(rows.texts(held, 1).await, Vec::<Vec<Option<String>>>::new());
    }
}

/// The answer tells of the contact's row and of its custom fields: of one moment.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: cargo xtask test starts one"]
async fn what_changes_nothing_answers_with_one_state_of_the_contact() {
    let world = World::new(Backend::Postgres).await;
    let company = world.company().await;
    let other = world.another_store().await;
    world.field(company, "Plan", contact_model::CustomFieldType::Any).await;
    let state = |n: u32| json!({ "notes": n.to_string(), "custom_fields": { "Plan": n.to_string() } });
    let contact = world.create(company, state(0)).await;
    let writer = tokio::spawn(async move {
        for n in 1..200 {
            other.write_one(update(company, contact, state(n))).await.unwrap();
        }
        other.close().await;
    });
    while !writer.is_finished() {
        let answer = world.store.write_one(update(company, contact, json!({}))).await.unwrap();
        let contact = json!(answer.contact);
        assert_eq!(contact["custom_fields"]["Plan"], contact["notes"]);
    }
    writer.await.unwrap();
}
