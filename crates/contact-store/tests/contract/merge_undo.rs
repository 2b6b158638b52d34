//! What becomes of merged contacts: undoing merges, erasing and retention.

use std::collections::BTreeSet;
use std::sync::Arc;

use contact_model::{ContactQuery, RevertChanges, Sort, SortKey};
use contact_store::company::ListExpiredContacts;
use contact_store::{ContactListing, ContactWrite, Origin, ReadHistory, StoreError, WriteOperation};
use contact_testing::{Backend, on_both_databases};
use serde_json::{Value, json};

use crate::fixture::{thread, update, upsert};
use crate::merge::{Two, merge, of, operation, without_time};

on_both_databases!(
    merge_is_undone_exactly,
    later_edits_are_kept_when_a_merge_is_undone,
    undone_merge_is_done_again,
    contact_with_merged_ones_is_not_deleted_by_undoing_its_creation,
    values_of_an_erased_contact_stay_when_its_merge_is_undone,
    links_of_a_chain_are_undone_in_any_order,
    erasing_a_contact_erases_those_merged_into_it,
    merged_contacts_are_neither_listed_as_deleted_nor_expired,
);

async fn merge_is_undone_exactly(backend: Backend) {
    let Two { fixture, company, jane, other } = Two::new(backend).await;
    let before = [fixture.read(company, jane).await, fixture.read(company, other).await].map(without_time);
    fixture.merge(company, jane, other).await;
    let undone = fixture.undo(company, operation("merge")).await;
    assert_eq!((undone.reverted, undone.left), (2, 0), "{undone:?}");
    let after = [fixture.read(company, jane).await, fixture.read(company, other).await].map(without_time);
    assert_eq!(after, before);
    assert_eq!(fixture.thread_days(company, jane).await, ["2024-01-01"]);
    assert_eq!(fixture.thread_days(company, other).await, ["2024-01-03", "2024-01-02"]);
    assert_eq!(fixture.match_of(company, json!({ "phone_number": "+14155552671" })).await.1, other);
    // Undoing it again changes nothing.
    let again = fixture.undo(company, operation("merge")).await;
    assert_eq!((again.reverted, again.left), (0, 0), "{again:?}");
}

async fn later_edits_are_kept_when_a_merge_is_undone(backend: Backend) {
    let Two { fixture, company, jane, other } = Two::new(backend).await;
    let agent = fixture.agent(company, "Later").await.id;
    fixture.merge(company, jane, other).await;
    let body = json!({ "notes": "Called", "business_name": "Example", "add_tags": ["d"] });
    fixture
        .write(vec![update(company, jane, body), thread(company, jane, agent, "2024-02-01T00:00:00Z")])
        .await;
    let undone = fixture.undo(company, operation("merge")).await;
    let of_jane = undone.results.iter().find(|result| result.contact_id == Some(jane)).unwrap();
    let left: Vec<_> = of_jane.left.iter().filter_map(|left| left.field.as_deref()).collect();
    assert_eq!(left, ["last_activity", "notes", "tags"]);
    let contact = fixture.read(company, jane).await;
    assert_eq!([&contact["notes"], &contact["business_name"]], ["Called", "Example"]);
    assert_eq!(contact["phone"], Value::Null);
    assert_eq!(fixture.thread_days(company, jane).await, ["2024-02-01", "2024-01-01"]);
    assert_eq!(fixture.thread_days(company, other).await, ["2024-01-03", "2024-01-02"]);
}

async fn undone_merge_is_done_again(backend: Backend) {
    let Two { fixture, company, jane, other } = Two::new(backend).await;
    fixture.merge(company, jane, other).await;
    let merged = without_time(fixture.read(company, jane).await);
    fixture.undo(company, operation("merge")).await;
    let again = fixture.undo(company, operation("undo")).await;
    assert_eq!((again.reverted, again.left), (2, 0), "{again:?}");
    assert_eq!(without_time(fixture.read(company, jane).await), merged);
    assert!(fixture.find(company, other).await.is_none());
    assert_eq!(fixture.thread_days(company, jane).await.len(), 3);
    assert_eq!(fixture.match_of(company, json!({ "phone_number": "+14155552671" })).await.1, jane);
    // It stays separate if the other contact does not exist any more.
    fixture.undo(company, operation("merge")).await;
    fixture.write(vec![of(company, WriteOperation::Erase(jane))]).await;
    let selection = RevertChanges { contact_id: Some(other), ..operation("undo") };
    let left = fixture.undo(company, selection).await;
    assert_eq!(left.results[0].left.len(), 1, "{left:?}");
    assert!(fixture.find(company, other).await.is_some());
}

async fn contact_with_merged_ones_is_not_deleted_by_undoing_its_creation(backend: Backend) {
    let Two { fixture, company, jane, .. } = Two::new(backend).await;
    let origin = Origin { operation_id: Some("import".to_owned()), ..Origin::default() };
    let create = upsert(company, json!({ "full_name": "Jane Doe", "email": "jane@example.com" }));
    let create = ContactWrite { origin: Arc::new(origin), ..create };
    fixture.write(vec![of(company, WriteOperation::Erase(jane))]).await;
    let created = fixture.store.write_one(create).await.unwrap().id;
    let empty = fixture.create(company, json!({})).await;
    fixture.merge(company, created, empty).await;
    let undone = fixture.undo(company, operation("import")).await;
    assert_eq!((undone.reverted, undone.left), (0, 1), "{undone:?}");
    assert!(fixture.find(company, created).await.is_some());
    let forced = RevertChanges { force: true, ..operation("import") };
    assert_eq!(fixture.undo(company, forced).await.reverted, 1);
}

async fn values_of_an_erased_contact_stay_when_its_merge_is_undone(backend: Backend) {
    let Two { fixture, company, jane, other } = Two::new(backend).await;
    fixture.merge(company, jane, other).await;
    let merged = without_time(fixture.read(company, jane).await);
    fixture.write(vec![of(company, WriteOperation::Erase(other))]).await;
    let undone = fixture.undo(company, operation("merge")).await;
    assert_eq!((undone.reverted, undone.left), (0, 2), "{undone:?}");
    assert_eq!(without_time(fixture.read(company, jane).await), merged);
}

async fn links_of_a_chain_are_undone_in_any_order(backend: Backend) {
    let Two { fixture, company, jane, other } = Two::new(backend).await;
    let last = fixture.create(company, json!({ "full_name": "Last" })).await;
    let before = [fixture.read(company, jane).await, fixture.read(company, other).await].map(without_time);
    fixture.merge(company, jane, other).await;
    let second = Origin { operation_id: Some("second".to_owned()), ..Origin::default() };
    let second = ContactWrite { origin: Arc::new(second), ..merge(company, last, jane) };
    fixture.write(vec![second]).await;
    assert_eq!(fixture.thread_days(company, last).await.len(), 3);
    // The first merge is undone while the contact that it merged into is itself merged.
    let undone = fixture.undo(company, RevertChanges { contact_id: Some(other), ..operation("merge") }).await;
    assert_eq!(undone.reverted, 1, "{undone:?}");
    assert_eq!(without_time(fixture.read(company, other).await), before[1]);
    assert_eq!(fixture.thread_days(company, last).await, ["2024-01-01"]);
    fixture.undo(company, operation("second")).await;
    fixture.undo(company, RevertChanges { contact_id: Some(jane), ..operation("merge") }).await;
    assert_eq!(without_time(fixture.read(company, jane).await), before[0]);
    assert!(fixture.thread_days(company, last).await.is_empty());
}

async fn erasing_a_contact_erases_those_merged_into_it(backend: Backend) {
    let Two { fixture, company, jane, other } = Two::new(backend).await;
    let third = fixture.create(company, json!({ "email": "third@example.com" })).await;
    let kept = fixture.create(company, json!({ "email": "kept@example.com" })).await;
    fixture.merge(company, other, third).await;
    fixture.merge(company, jane, other).await;
    let gone: BTreeSet<_> = [jane, other, third].into();
    fixture.write(vec![of(company, WriteOperation::Erase(jane))]).await;
    for contact_id in &gone {
        let history = ReadHistory { company_id: company, contact_id: *contact_id, cursor: None, size: 9 };
        assert!(matches!(fixture.store.run(history).await, Err(StoreError::ContactNotFound)));
    }
    fixture.create(company, json!({ "email": "third@example.com" })).await;
    assert!(fixture.find(company, kept).await.is_some());
    // The same within one set.
    let [a, b] = [fixture.create(company, json!({})).await, fixture.create(company, json!({})).await];
    fixture.write(vec![merge(company, a, b), of(company, WriteOperation::Erase(a))]).await;
    let history = ReadHistory { company_id: company, contact_id: b, cursor: None, size: 9 };
    assert!(matches!(fixture.store.run(history).await, Err(StoreError::ContactNotFound)));
}

async fn merged_contacts_are_neither_listed_as_deleted_nor_expired(backend: Backend) {
    let Two { fixture, company, jane, other } = Two::new(backend).await;
    let deleted = fixture.create(company, json!({})).await;
    fixture.write(vec![of(company, WriteOperation::Delete(deleted))]).await;
    fixture.merge(company, jane, other).await;
    let latest = fixture
        .store
        .run(ListExpiredContacts { deleted_before: "2100-01-01T00:00:00Z".parse().unwrap(), rows: 10 });
    assert_eq!(latest.await.unwrap(), [(company, deleted)]);
    let sort = Sort { key: SortKey::DeletedAt, ..Sort::default() };
    let query = ContactQuery { deleted: true, sort, ..ContactQuery::default() };
    let page = fixture.store.list(ContactListing { company_id: company, query }).await.unwrap();
    assert_eq!(page.contacts.iter().map(|contact| contact.id).collect::<Vec<_>>(), [deleted]);
}
