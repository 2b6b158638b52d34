//! Time limits of statements, and cancelled lists.

use std::time::Duration;

use contact_model::list::ContactQuery;
use contact_model::{CompanyId, ContactInsert, ContactState};
use contact_store::{ContactListing, ContactWrite, Store, StoreError, StoreOptions, WriteOperation};
use contact_testing::{Backend, on_both_databases};
use futures::FutureExt as _;
use sqlx::{Postgres, Transaction};

use crate::fixture::{ALL, Fixture, upsert};
use crate::lists::exactly;
use crate::schema::Rows;

on_both_databases!(
    list_over_its_time_limit_is_stopped,
    write_over_its_time_limit_is_rolled_back,
    cancelled_list_is_stopped,
);

const OPTIONS: StoreOptions = StoreOptions {
    connections: 6,
    database_timeout: Duration::from_secs(60),
    list_timeout: Duration::from_secs(24 * 60 * 60),
    write_timeout: Duration::from_secs(24 * 60 * 60),
};

async fn open(fixture: &Fixture, options: StoreOptions) -> Store {
    Store::open(fixture.database.url(), &options).await.unwrap()
}

/// Blocks statements on contacts with a lock on PostgreSQL. On SQLite readers cannot be blocked, but statements on many
/// contacts take longer than a limit of a nanosecond.
async fn block(fixture: &Fixture) -> Option<Transaction<'static, Postgres>> {
    let Rows::Postgres(pool) = Rows::open(&fixture.database).await else { return None };
    let mut transaction = pool.begin().await.unwrap();
    sqlx::query("LOCK TABLE contacts IN ACCESS EXCLUSIVE MODE").execute(&mut *transaction).await.unwrap();
    Some(transaction)
}

fn inserts(company: CompanyId, count: usize) -> Vec<ContactWrite> {
    let state = ContactState { name: Some("Jane Doe".to_owned()), ..ContactState::default() };
    let insert = || ContactInsert { state: state.clone(), ..ContactInsert::default() };
    let write = |_| ContactWrite::new(company, WriteOperation::Insert(Box::new(insert())), ALL);
    (0..count).map(write).collect()
}

/// A list that takes several statements.
fn listing(company_id: CompanyId) -> ContactListing {
    ContactListing { company_id, query: ContactQuery { count: true, ..ContactQuery::default() } }
}

async fn list_over_its_time_limit_is_stopped(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    fixture.write(inserts(company, 3_000)).await;
    let limited = open(&fixture, StoreOptions { list_timeout: Duration::from_nanos(1), ..OPTIONS }).await;
    let lock = block(&fixture).await;
    let page = limited.list(listing(company)).await;
    assert!(matches!(page, Err(StoreError::TimedOut)), "{page:?}");
    drop(lock);
    assert_eq!(fixture.store.list(listing(company)).await.unwrap().count, exactly(3_000));
}

async fn write_over_its_time_limit_is_rolled_back(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let write_timeout = match backend {
        Backend::Sqlite => Duration::from_nanos(1),
        // Long enough to open the store.
        Backend::Postgres => Duration::from_secs(1),
    };
    let limited = open(&fixture, StoreOptions { write_timeout, ..OPTIONS }).await;
    let lock = block(&fixture).await;
    let written = limited.write_in_one_transaction(inserts(company, 1_000), None, None).await;
    assert!(matches!(written, Err(StoreError::TimedOut)), "{written:?}");
    drop(lock);
    let query = ContactQuery { count: true, ..ContactQuery::default() };
    let page = fixture.store.list(ContactListing { company_id: company, query }).await.unwrap();
    assert_eq!(page.count, exactly(0));
    // The connection can still be used.
    limited.write_one(upsert(company, serde_json::json!({}))).await.unwrap();
}

async fn cancelled_list_is_stopped(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let store = open(&fixture, OPTIONS).await;
    // On SQLite readers cannot be blocked; the unit tests of the store have an endless list.
    let Some(lock) = block(&fixture).await else { return };
    let rows = Rows::open(&fixture.database).await;
    let waiting = "SELECT count(*)::text FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let wait_for = async |count: &str| {
        while rows.texts(waiting, 1).await[0][0].as_deref() != Some(count) {
            tokio::task::yield_now().await;
        }
    };
    for query in [
        // One statement without a transaction, and several statements in a transaction.
        ContactQuery::default(),
        ContactQuery { count: true, ..ContactQuery::default() },
    ] {
        let listing = ContactListing { company_id: company, query };
        let mut reading = Box::pin(store.list(listing));
        let begin = async {
            tokio::select! {
                page = &mut reading => panic!("{page:?}"),
                () = wait_for("1") => {}
            }
        };
        begin.await;
        assert!((&mut reading).now_or_never().is_none());
        drop(reading);
        wait_for("0").await;
    }
    drop(lock);
    assert!(store.list(listing(company)).await.unwrap().contacts.is_empty());
}
