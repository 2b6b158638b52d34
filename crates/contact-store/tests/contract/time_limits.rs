//! Statements that take too long, and lists that nobody waits for any more.

use std::time::Duration;

use contact_model::list::ContactQuery;
use contact_model::{CompanyId, ContactInsert, ContactState};
use contact_store::{ContactListing, ContactWrite, Store, StoreError, StoreOptions, WriteOperation};
use contact_testing::{Backend, on_both_databases};
use futures::FutureExt as _;
use sqlx::{Postgres, Transaction};

use crate::lists::exactly;
use crate::schema::Rows;
use crate::world::{ALL, World, upsert};

on_both_databases!(
    a_list_that_takes_too_long_is_stopped,
    a_write_that_takes_too_long_is_rolled_back,
    a_list_that_nobody_waits_for_is_stopped,
);

const OPTIONS: StoreOptions = StoreOptions {
    connections: 6,
    connect_timeout: Duration::from_secs(60),
    busy_timeout: Duration::from_secs(60),
    list_timeout: Duration::from_secs(24 * 60 * 60),
    write_timeout: Duration::from_secs(24 * 60 * 60),
};

async fn open(world: &World, options: StoreOptions) -> Store {
    Store::open(world.database.url(), &options).await.unwrap()
}

/// Keeps statements on contacts from ending, on PostgreSQL: they wait for a lock. On SQLite, where nothing keeps a reader
/// waiting, statements on many contacts take longer than a limit of a nanosecond.
async fn hold_up(world: &World) -> Option<Transaction<'static, Postgres>> {
    let Rows::Postgres(pool) = Rows::open(&world.database).await else { return None };
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

async fn a_list_that_takes_too_long_is_stopped(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    world.write(inserts(company, 3_000)).await;
    let hurried = open(&world, StoreOptions { list_timeout: Duration::from_nanos(1), ..OPTIONS }).await;
    let held_up = hold_up(&world).await;
    let page = hurried.list_one(listing(company)).await;
    assert!(matches!(page, Err(StoreError::TimedOut)), "{page:?}");
    drop(held_up);
    assert_eq!(world.store.list_one(listing(company)).await.unwrap().count, exactly(3_000));
}

async fn a_write_that_takes_too_long_is_rolled_back(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let write_timeout = match backend {
        Backend::Sqlite => Duration::from_nanos(1),
        // Long enough to open the store, and less than forever.
        Backend::Postgres => Duration::from_secs(1),
    };
    let hurried = open(&world, StoreOptions { write_timeout, ..OPTIONS }).await;
    let held_up = hold_up(&world).await;
    let written = hurried.write_together(inserts(company, 1_000), None, None).await;
    assert!(matches!(written, Err(StoreError::TimedOut)), "{written:?}");
    drop(held_up);
    let query = ContactQuery { count: true, ..ContactQuery::default() };
    let page = world.store.list_one(ContactListing { company_id: company, query }).await.unwrap();
    assert_eq!(page.count, exactly(0));
    // The connection is of use for what comes next.
    hurried.write_one(upsert(company, serde_json::json!({}))).await.unwrap();
}

async fn a_list_that_nobody_waits_for_is_stopped(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let store = open(&world, OPTIONS).await;
    // On SQLite, where nothing keeps a reader waiting, the store's own tests have a list without end.
    let Some(held_up) = hold_up(&world).await else { return };
    let rows = Rows::open(&world.database).await;
    let waiting = "SELECT count(*)::text FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let wait_for = async |count: &str| {
        while rows.texts(waiting, 1).await[0][0].as_deref() != Some(count) {
            tokio::task::yield_now().await;
        }
    };
    for query in [
        // By one statement, which is in no transaction, and by several in one.
        ContactQuery::default(),
        ContactQuery { count: true, ..ContactQuery::default() },
    ] {
        let listing = ContactListing { company_id: company, query };
        let mut reading = Box::pin(store.list_one(listing));
        let began = async {
            tokio::select! {
                page = &mut reading => panic!("{page:?}"),
                () = wait_for("1") => {}
            }
        };
        began.await;
        assert!((&mut reading).now_or_never().is_none());
        drop(reading);
        wait_for("0").await;
    }
    drop(held_up);
    assert!(store.list_one(listing(company)).await.unwrap().contacts.is_empty());
}
