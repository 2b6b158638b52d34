//! The log of changes and the histories of contacts.

use std::sync::Arc;

use contact_model::changes::{ChangeAction, ChangeEntry, HistoryCursor};
use contact_model::custom_field::CustomFieldType;
use contact_model::{CompanyId, ContactId};
use contact_store::company::{ListCompaniesWithOldChanges, Page, RemoveOldChanges, RenameCustomField};
use contact_store::{
    ContactWrite, Origin, ReadHistory, Store, StoreError, TagChange, WriteOperation, WriteOptions,
};
use contact_testing::{Backend, on_both_databases};
use serde_json::{Value, json};

use crate::fixture::{ALL, Fixture, thread, unknown_id, update, upsert};
use crate::inserts::item;
use crate::schema::Rows;

on_both_databases!(
    every_change_adds_an_entry,
    changes_of_one_set_are_not_combined,
    history_is_read_page_by_page,
    erased_values_are_removed_from_the_log,
    contact_that_is_inserted_after_its_erasure_has_a_history_of_its_own,
    custom_fields_are_renamed_in_the_log_of_the_company,
    old_changes_are_removed_from_the_beginning_of_the_log,
    concurrent_writes_are_numbered_without_gaps,
);

async fn history(store: &Store, company_id: CompanyId, contact_id: ContactId) -> Vec<ChangeEntry> {
    let read = ReadHistory { company_id, contact_id, cursor: None, size: 200 };
    store.run(read).await.unwrap().entries
}

fn actions(entries: &[ChangeEntry]) -> Vec<&'static str> {
    entries.iter().map(|entry| entry.action.as_str()).collect()
}

fn changed(entry: &ChangeEntry) -> Value {
    json!(entry.changed)
}

fn of(company: CompanyId, operation: WriteOperation) -> ContactWrite {
    ContactWrite::new(company, operation, ALL)
}

async fn every_change_adds_an_entry(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    fixture.field(company, "Plan", CustomFieldType::Any).await;
    let agent = fixture.agent(company, "Front desk").await.id;
    let jane = fixture
        .create(company, json!({ "full_name": "jane doe", "custom_fields": { "Plan": "gold" } }))
        .await;
    let origin = Arc::new(Origin { request_id: Some("r-1".to_owned()), ..Origin::default() });
    let notes = update(company, jane, json!({ "notes": "a" }));
    fixture.write(vec![ContactWrite { origin, ..notes.clone() }]).await;
    // These change nothing.
    fixture
        .write(vec![notes.clone(), of(company, WriteOperation::ChangeTags(jane, TagChange::Add(Vec::new())))])
        .await;
    fixture.store.dry_run().write_one(update(company, jane, json!({ "notes": "dry" }))).await.unwrap();
    assert!(fixture.store.write_one(update(company, unknown_id(), json!({ "notes": "a" }))).await.is_err());
    fixture.write(vec![thread(company, jane, agent, "2024-01-01T00:00:00Z")]).await;
    fixture.write(vec![of(company, WriteOperation::Delete(jane))]).await;
    let deleted = history(&fixture.store, company, jane).await;
    assert_eq!(actions(&deleted), ["deleted", "updated", "updated", "created"]);
    fixture
        .write(vec![of(
            company,
            WriteOperation::Restore(jane, contact_model::Timestamp::from_micros(0).unwrap()),
        )])
        .await;
    fixture.write(vec![update(company, jane, json!({ "custom_fields": { "Plan": null } }))]).await;

    let entries = history(&fixture.store, company, jane).await;
    assert_eq!(actions(&entries)[..2], ["updated", "restored"]);
    let numbers: Vec<i64> = entries.iter().map(|entry| entry.sequence).collect();
    assert_eq!(numbers, [6, 5, 4, 3, 2, 1]);
    assert_eq!(changed(&entries[0]), json!({ "custom_fields.Plan": { "before": "gold", "after": null } }));
    assert_eq!([changed(&entries[1]), changed(&entries[2])], [json!({}), json!({})]);
    let time = "2024-01-01T00:00:00Z";
    assert_eq!(changed(&entries[3]), json!({ "last_activity": { "before": null, "after": time } }));
    assert_eq!(changed(&entries[4]), json!({ "notes": { "before": null, "after": "a" } }));
    assert_eq!(entries[4].request_id.as_deref(), Some("r-1"));
    let created = changed(&entries[5]);
    let contact = fixture.read(company, jane).await;
    assert_eq!(created["name"], json!({ "before": null, "after": "Jane Doe" }));
    assert_eq!(created["custom_fields.Plan"], json!({ "before": null, "after": "gold" }));
    assert_eq!(created["created_at"]["after"], contact["created_at"]);
    assert_eq!(json!(entries[0].at), contact["updated_at"]);
}

async fn changes_of_one_set_are_not_combined(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let (company, other) = (fixture.company().await, fixture.company().await);
    let bob = fixture.create(other, json!({ "full_name": "Bob" })).await;
    let options = WriteOptions { omits_contact: true, ..WriteOptions::default() };
    let insert = item(company, "insert", json!({ "id": ContactId(bob.0), "name": "Jane" }));
    let writes = vec![
        ContactWrite { options, ..insert },
        update(company, bob, json!({ "notes": "a" })),
        update(other, bob, json!({ "notes": "other" })),
        update(company, bob, json!({ "notes": "b" })),
        of(company, WriteOperation::Delete(bob)),
    ];
    fixture.write(writes).await;
    let entries = history(&fixture.store, company, bob).await;
    assert_eq!(actions(&entries), ["deleted", "updated", "updated", "created"]);
    assert_eq!(entries.iter().map(|entry| entry.sequence).collect::<Vec<_>>(), [4, 3, 2, 1]);
    assert_eq!(changed(&entries[1]), json!({ "notes": { "before": "a", "after": "b" } }));
    let entries = history(&fixture.store, other, bob).await;
    assert_eq!(changed(&entries[0]), json!({ "notes": { "before": null, "after": "other" } }));
    assert_eq!(entries.iter().map(|entry| entry.sequence).collect::<Vec<_>>(), [2, 1]);
}

async fn history_is_read_page_by_page(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let [jane, other] = [fixture.create(company, json!({})).await, fixture.create(company, json!({})).await];
    for number in 0..4 {
        for contact in [jane, other] {
            fixture.write(vec![update(company, contact, json!({ "notes": number.to_string() }))]).await;
        }
    }
    let (mut cursor, mut read) = (None, Vec::new());
    loop {
        let page = ReadHistory { company_id: company, contact_id: jane, cursor, size: 2 };
        let page: Page<ChangeEntry> = fixture.store.run(page).await.unwrap();
        cursor = page.next(|last| HistoryCursor { sequence: last.sequence });
        read.extend(page.entries);
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(read, history(&fixture.store, company, jane).await);
    assert_eq!(read.len(), 5);
    // A cursor of another contact's history leads nowhere.
    let cursor = Some(HistoryCursor { sequence: read[0].sequence });
    let page = ReadHistory { company_id: company, contact_id: other, cursor, size: 2 };
    assert_eq!(fixture.store.run(page).await.unwrap().entries, []);
    let unknown =
        ReadHistory { company_id: fixture.company().await, contact_id: jane, cursor: None, size: 2 };
    assert!(matches!(fixture.store.run(unknown).await, Err(StoreError::ContactNotFound)));
}

async fn erased_values_are_removed_from_the_log(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let jane = fixture.create(company, json!({ "full_name": "secret name" })).await;
    let bob = fixture.create(company, json!({ "full_name": "Bob" })).await;
    for number in 0..3 {
        fixture.write(vec![update(company, jane, json!({ "notes": format!("secret {number}") }))]).await;
    }
    let values = vec![
        update(company, jane, json!({ "notes": "secret in the same set" })),
        of(company, WriteOperation::Erase(jane)),
    ];
    fixture.write(values).await;
    let read = ReadHistory { company_id: company, contact_id: jane, cursor: None, size: 200 };
    assert!(matches!(fixture.store.run(read).await, Err(StoreError::ContactNotFound)));
    assert_eq!(actions(&history(&fixture.store, company, bob).await), ["created"]);

    let rows = Rows::open(&fixture.database).await;
    let entries = rows.texts("SELECT action, changed FROM changes ORDER BY sequence", 2).await;
    let entry = |action: &str, changed: &str| vec![Some(action.to_owned()), Some(changed.to_owned())];
    assert_eq!(entries.len(), 7);
    assert_eq!(entries[0], entry("created", "{}"));
    assert!(entries[2..6].iter().all(|found| *found == entry("updated", "{}")), "{entries:?}");
    assert_eq!(entries[6], entry("erased", "{}"));
    let kept = "SELECT CAST(count(*) AS text) FROM changes WHERE salt IS NULL AND length(digest) = 32";
    assert_eq!(rows.texts(kept, 1).await, [[Some("4".to_owned())]]);
    assert_eq!(
        rows.texts("SELECT CAST(count(*) AS text) FROM latest_changes", 1).await,
        [[Some("1".to_owned())]]
    );
}

async fn contact_that_is_inserted_after_its_erasure_has_a_history_of_its_own(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let id = fixture.create(company, json!({ "full_name": "Old" })).await;
    let insert = item(company, "insert", json!({ "id": id, "name": "New" }));
    fixture.write(vec![of(company, WriteOperation::Erase(id)), insert]).await;
    let entries = history(&fixture.store, company, id).await;
    assert_eq!(actions(&entries), ["created"]);
    assert_eq!(changed(&entries[0])["name"], json!({ "before": null, "after": "New" }));
    let rows = Rows::open(&fixture.database).await;
    let old = rows.texts("SELECT action FROM changes WHERE changed LIKE '%Old%'", 1).await;
    assert!(old.is_empty(), "{old:?}");
}

async fn custom_fields_are_renamed_in_the_log_of_the_company(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company_id = fixture.company().await;
    let plan = fixture.field(company_id, "Plan", CustomFieldType::Any).await;
    let jane = fixture.create(company_id, json!({ "custom_fields": { "Plan": 1 } })).await;
    let rename =
        RenameCustomField { company_id, id: plan.id, name: "Tier".to_owned(), origin: Arc::default() };
    fixture.store.run(rename.clone()).await.unwrap();
    // It has the name already.
    fixture.store.run(rename).await.unwrap();
    fixture.write(vec![update(company_id, jane, json!({ "custom_fields": { "Tier": 2 } }))]).await;
    let entries = history(&fixture.store, company_id, jane).await;
    assert_eq!(changed(&entries[0]), json!({ "custom_fields.Tier": { "before": 1, "after": 2 } }));
    assert_eq!((entries[0].sequence, entries[0].action), (3, ChangeAction::Updated));
    let rows = Rows::open(&fixture.database).await;
    let renamed = rows.texts("SELECT action, changed FROM changes WHERE contact_id IS NULL", 2).await;
    let changed = r#"{"custom_field":{"before":"Plan","after":"Tier"}}"#;
    assert_eq!(renamed, [[Some("custom_field_renamed".to_owned()), Some(changed.to_owned())]]);
}

async fn old_changes_are_removed_from_the_beginning_of_the_log(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let (company_id, other) = (fixture.company().await, fixture.company().await);
    let jane = fixture.create(company_id, json!({})).await;
    for number in 0..4 {
        fixture.write(vec![update(company_id, jane, json!({ "notes": number.to_string() }))]).await;
    }
    let before = history(&fixture.store, company_id, jane).await;
    fixture.create(other, json!({})).await;
    let numbers = async || -> Vec<i64> {
        history(&fixture.store, company_id, jane).await.iter().map(|entry| entry.sequence).collect()
    };
    let added_before = history(&fixture.store, company_id, jane).await[1].at;
    let list = ListCompaniesWithOldChanges { added_before, rows: 10 };
    assert_eq!(fixture.store.run(list).await.unwrap(), [company_id]);
    let remove = RemoveOldChanges { company_id, added_before };
    assert_eq!(fixture.store.run(remove).await.unwrap(), 3);
    assert_eq!(history(&fixture.store, company_id, jane).await, before[..2], "the hashes stay the same");
    assert_eq!(fixture.store.run(remove).await.unwrap(), 0);
    assert_eq!(fixture.store.run(list).await.unwrap(), []);
    // A contact whose changes were all removed still has a history, and can be changed and erased.
    let later = contact_model::Timestamp::from_micros(added_before.as_micros() + 3_600_000_000).unwrap();
    fixture.store.run(RemoveOldChanges { company_id, added_before: later }).await.unwrap();
    assert_eq!(numbers().await, [0_i64; 0]);
    fixture.write(vec![update(company_id, jane, json!({ "notes": "new" }))]).await;
    assert_eq!(numbers().await, [6]);
    fixture.write(vec![of(company_id, WriteOperation::Erase(jane))]).await;
}

async fn concurrent_writes_are_numbered_without_gaps(backend: Backend) {
    const WRITERS: usize = 8;
    const WRITES: usize = 25;
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let shared = fixture.create(company, json!({ "full_name": "Shared" })).await;
    let stores = [fixture.store.clone(), fixture.another_store().await];
    let writers = (0..WRITERS).map(|writer| {
        let store = stores[writer % 2].clone();
        async move {
            for number in 0..WRITES {
                let text = format!("{writer} {number}");
                let write = match number % 3 {
                    0 => upsert(company, json!({ "email": format!("{writer}-{number}@example.com") })),
                    1 => update(company, shared, json!({ "notes": text })),
                    _ => update(company, shared, json!({ "full_name": text })),
                };
                store.write_one(write).await.unwrap();
            }
        }
    });
    futures::future::join_all(writers).await;
    let rows = Rows::open(&fixture.database).await;
    let numbers = rows.texts("SELECT CAST(sequence AS text) FROM changes ORDER BY changes.sequence", 1).await;
    let expected: Vec<_> = (1..=WRITERS * WRITES + 1).map(|number| vec![Some(number.to_string())]).collect();
    assert_eq!(numbers, expected);
    // Each change of a contact begins with the values with which the one before it ended.
    let entries = history(&stores[1], company, shared).await;
    let mut current = changed(entries.last().unwrap());
    for entry in entries.iter().rev().skip(1) {
        for (field, change) in changed(entry).as_object().unwrap() {
            let before = current.get(field).map_or(Value::Null, |known| known["after"].clone());
            assert_eq!(change["before"], before, "{field} of {entry:?}");
            current[field] = change.clone();
        }
    }
    stores[1].close().await;
}
