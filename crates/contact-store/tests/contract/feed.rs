//! Reading the log of changes in its order, and its hashes.

use contact_model::changes::{ChangeAction, ChangeCursor, ChangeHash};
use contact_model::{CompanyId, Timestamp};
use contact_store::company::{
    ChangesPage, FeedStart, HashOfChange, LatestChanges, ListUnsealedCompanies, ReadChanges, RemoveOldChanges,
};
use contact_store::{ContactWrite, Store, StoreError, WriteOperation};
use contact_testing::{Backend, on_both_databases};
use serde_json::json;

use crate::fixture::{ALL, Fixture, update};

on_both_databases!(
    changes_are_read_in_their_order,
    a_cursor_of_another_log_is_refused,
    hashes_do_not_depend_on_what_is_stored,
    a_reader_may_start_at_the_earliest_kept_change,
    unsealed_logs_are_listed_and_sealed,
    a_read_stores_hashes_if_many_are_missing,
);

const SIZE: u16 = 200;

async fn read(store: &Store, company_id: CompanyId, from: FeedStart, limit: u16) -> ChangesPage {
    store.run(ReadChanges { company_id, from, limit }).await.unwrap()
}

fn numbers(page: &ChangesPage) -> Vec<i64> {
    page.entries.iter().map(|entry| entry.sequence).collect()
}

/// Creates a contact and updates it, so that the company has this number of changes.
async fn change(fixture: &Fixture, company: CompanyId, changes: usize) -> contact_model::ContactId {
    let jane = fixture.create(company, json!({ "full_name": "Jane" })).await;
    for number in 1..changes {
        fixture.write(vec![update(company, jane, json!({ "notes": number.to_string() }))]).await;
    }
    jane
}

async fn changes_are_read_in_their_order(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let (company, other) = (fixture.company().await, fixture.company().await);
    let empty = read(&fixture.store, company, FeedStart::Earliest, SIZE).await;
    assert_eq!((numbers(&empty), empty.has_more, empty.cursor.sequence), (vec![], false, 0));
    let jane = change(&fixture, company, 5).await;
    fixture.create(other, json!({})).await;

    let first = read(&fixture.store, company, FeedStart::After(empty.cursor), 3).await;
    assert_eq!((numbers(&first), first.has_more), (vec![1, 2, 3], true));
    assert_eq!(first.entries[0].action, ChangeAction::Created);
    assert_eq!(first.cursor, ChangeCursor::after(&first.entries[2]));
    let rest = read(&fixture.store, company, FeedStart::After(first.cursor), 3).await;
    assert_eq!((numbers(&rest), rest.has_more), (vec![4, 5], false));
    let latest = read(&fixture.store, company, FeedStart::Latest, SIZE).await;
    assert_eq!((numbers(&latest), latest.cursor), (vec![], rest.cursor));

    fixture.write(vec![update(company, jane, json!({ "notes": "new" }))]).await;
    let new = read(&fixture.store, company, FeedStart::After(latest.cursor), SIZE).await;
    assert_eq!(numbers(&new), [6]);
    let latest = fixture.store.run(LatestChanges { companies: vec![company, other] }).await.unwrap();
    let mut expected = vec![(company, 6), (other, 1)];
    expected.sort();
    assert_eq!(latest, expected);
}

async fn a_cursor_of_another_log_is_refused(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let (company_id, other) = (fixture.company().await, fixture.company().await);
    change(&fixture, company_id, 3).await;
    change(&fixture, other, 2).await;
    let first = read(&fixture.store, company_id, FeedStart::Earliest, 2).await;
    let removed = async |company_id, cursor| {
        let read = ReadChanges { company_id, from: FeedStart::After(cursor), limit: SIZE };
        matches!(fixture.store.run(read).await, Err(StoreError::ChangesRemoved))
    };
    assert!(!removed(company_id, first.cursor).await);
    assert!(removed(other, first.cursor).await, "the other log has another change with this number");
    let third = read(&fixture.store, company_id, FeedStart::After(first.cursor), 1).await;
    assert!(removed(other, third.cursor).await, "the other log has no change with this number yet");
    assert!(removed(company_id, ChangeCursor::new(-1, ChangeHash::START)).await);
    let hash = async |sequence| {
        fixture.store.run(HashOfChange { company_id, sequence }).await.map(|hash| (hash.sequence, hash.hash))
    };
    assert_eq!(hash(Some(0)).await.unwrap(), (0, ChangeHash::START));
    assert_eq!(hash(Some(2)).await.unwrap(), (2, first.entries[1].hash));
    assert_eq!(hash(None).await.unwrap(), (3, third.entries[0].hash));
    assert!(matches!(hash(Some(4)).await, Err(StoreError::ChangesRemoved)));
}

async fn hashes_do_not_depend_on_what_is_stored(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company_id = fixture.company().await;
    let jane = change(&fixture, company_id, 70).await;
    let hashes = async || -> Vec<ChangeHash> {
        let page = read(&fixture.store, company_id, FeedStart::Earliest, 70).await;
        page.entries.iter().map(|entry| entry.hash).collect()
    };
    let before = hashes().await;
    assert_eq!(fixture.store.seal_changes(company_id).await.unwrap(), 2);
    assert_eq!(fixture.store.seal_changes(company_id).await.unwrap(), 0);
    assert_eq!(hashes().await, before);
    let middle = ChangeCursor::new(40, before[39]);
    let page = read(&fixture.store, company_id, FeedStart::After(middle), 1).await;
    assert_eq!(page.entries[0].hash, before[40]);

    // Erasing a contact removes its values, but not what the hashes need.
    fixture.write(vec![ContactWrite::new(company_id, WriteOperation::Erase(jane), ALL)]).await;
    assert_eq!(hashes().await, before);
    let page = read(&fixture.store, company_id, FeedStart::Earliest, 70).await;
    assert!(page.entries.iter().all(|entry| entry.changed.is_empty()));
    let erased = read(&fixture.store, company_id, FeedStart::After(page.cursor), 70).await;
    assert_eq!(erased.entries[0].action, ChangeAction::Erased);
    assert_eq!(
        fixture.store.run(HashOfChange { company_id, sequence: None }).await.unwrap().hash,
        erased.entries[0].hash
    );
}

async fn a_reader_may_start_at_the_earliest_kept_change(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company_id = fixture.company().await;
    change(&fixture, company_id, 40).await;
    fixture.store.seal_changes(company_id).await.unwrap();
    let before = read(&fixture.store, company_id, FeedStart::Earliest, SIZE).await;
    let added_before = before.entries[35].at;
    while fixture.store.run(RemoveOldChanges { company_id, added_before }).await.unwrap() > 0 {}
    let after = read(&fixture.store, company_id, FeedStart::Earliest, SIZE).await;
    assert_eq!(after.entries, before.entries[35..]);
    let early = ReadChanges {
        company_id,
        from: FeedStart::After(ChangeCursor::after(&before.entries[33])),
        limit: SIZE,
    };
    assert!(matches!(fixture.store.run(early).await, Err(StoreError::ChangesRemoved)));
    let last_removed = FeedStart::After(ChangeCursor::after(&before.entries[34]));
    assert_eq!(numbers(&read(&fixture.store, company_id, last_removed, 1).await), [36]);

    let added_before = Timestamp::from_micros(before.entries[39].at.as_micros() + 1).unwrap();
    while fixture.store.run(RemoveOldChanges { company_id, added_before }).await.unwrap() > 0 {}
    let nothing = read(&fixture.store, company_id, FeedStart::Earliest, SIZE).await;
    assert_eq!((numbers(&nothing), nothing.cursor), (vec![], before.cursor));
}

async fn unsealed_logs_are_listed_and_sealed(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let (company_id, other) = (fixture.company().await, fixture.company().await);
    change(&fixture, company_id, 32).await;
    change(&fixture, other, 31).await;
    let unsealed = async || fixture.store.run(ListUnsealedCompanies { rows: 10 }).await.unwrap();
    assert_eq!(unsealed().await, [company_id]);
    assert_eq!(fixture.store.seal_changes(company_id).await.unwrap(), 1);
    assert_eq!(unsealed().await, []);
}

async fn a_read_stores_hashes_if_many_are_missing(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company_id = fixture.company().await;
    let jane = fixture.create(company_id, json!({ "full_name": "Jane" })).await;
    let updates = (1..1_100).map(|number| update(company_id, jane, json!({ "notes": number.to_string() })));
    fixture.write(updates.collect()).await;
    let latest = read(&fixture.store, company_id, FeedStart::Latest, SIZE).await;
    assert_eq!(latest.cursor.sequence, 1_100);
    assert_eq!(fixture.store.seal_changes(company_id).await.unwrap(), 0, "the read has stored the hashes");
    let last = read(&fixture.store, company_id, FeedStart::AfterNumber(1_099), SIZE).await;
    assert_eq!(last.cursor, latest.cursor);
}
