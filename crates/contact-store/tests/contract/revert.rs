//! Undoing changes.

use std::sync::Arc;

use contact_model::changes::revert::{LeftAlone, LeftReason, RevertCursor};
use contact_model::custom_field::CustomFieldType;
use contact_model::{CompanyId, ContactId, RevertChanges, RevertedChanges};
use contact_store::company::{DeleteAgent, DeleteCustomField, RemoveOldChanges, RenameCustomField};
use contact_store::{
    Action, ContactWrite, Origin, ReadHistory, Revert, StoreError, TagChange, WriteOperation,
};
use contact_testing::{Backend, on_both_databases};
use serde_json::{Value, json};

use crate::fixture::{ALL, Fixture, set_agent, thread, unknown_id, update, upsert};

on_both_databases!(
    every_field_is_set_back,
    fields_that_changed_again_are_left_alone,
    created_contacts_are_deleted_unless_they_changed,
    deletions_and_restores_are_undone,
    matching_keys_and_the_log_follow,
    undoing_can_be_undone,
    what_is_gone_is_left_alone,
    erased_contacts_and_custom_fields_are_listed,
    parts_continue_until_the_end_of_the_log,
    dry_run_changes_nothing,
    other_companies_are_not_affected,
);

fn of(company: CompanyId, operation: WriteOperation) -> ContactWrite {
    ContactWrite::new(company, operation, ALL)
}

/// Returns the write as a part of the operation.
fn by(operation: &str, write: ContactWrite) -> ContactWrite {
    let operation_id = Some(operation.to_owned());
    ContactWrite { origin: Arc::new(Origin { operation_id, ..Origin::default() }), ..write }
}

fn operation(id: &str) -> RevertChanges {
    RevertChanges { operation_id: Some(id.to_owned()), ..RevertChanges::default() }
}

fn revert(company_id: CompanyId, selection: RevertChanges) -> Revert {
    let operation_id = Some("undo".to_owned());
    let cursor = selection.cursor.as_deref().map(|cursor| cursor.parse().unwrap());
    let origin = Arc::new(Origin { operation_id, ..Origin::default() });
    Revert { company_id, selection: Arc::new(selection), cursor, origin }
}

impl Fixture {
    async fn revert(&self, company: CompanyId, selection: RevertChanges) -> RevertedChanges {
        revert(company, selection).run(&self.store).await.unwrap()
    }

    async fn actions(&self, company_id: CompanyId, contact_id: ContactId) -> Vec<&'static str> {
        let read = ReadHistory { company_id, contact_id, cursor: None, size: 200 };
        let entries = self.store.run(read).await.unwrap().entries;
        entries.iter().map(|entry| entry.action.as_str()).collect()
    }
}

/// Returns the contact without the time of its last change.
fn without_time(mut contact: Value) -> Value {
    contact.as_object_mut().unwrap().remove("updated_at");
    contact
}

async fn every_field_is_set_back(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    fixture.field(company, "Plan", CustomFieldType::Any).await;
    fixture.field(company, "Size", CustomFieldType::Any).await;
    let [one, other] = [fixture.agent(company, "One").await.id, fixture.agent(company, "Other").await.id];
    let body = json!({
        "full_name": "Jane Doe", "email": "jane@example.com", "notes": "a", "tags": ["x", "y"],
        "custom_fields": { "Plan": { "b": 1.50, "a": [] } },
    });
    let jane = fixture.create(company, body).await;
    fixture.write(vec![set_agent(company, jane, Some(one))]).await;
    let before = without_time(fixture.read(company, jane).await);
    let body = json!({
        "full_name": "Someone Else", "email": null, "phone_number": "+14155552671", "business_name": "Example",
        "notes": "b", "tags": ["z"], "lead_source": "facebook", "is_dnd": true,
        "custom_fields": { "Plan": null, "Size": "XL" },
    });
    fixture.write(vec![by("o", update(company, jane, body))]).await;
    fixture
        .write(vec![by("o", of(company, WriteOperation::ChangeTags(jane, TagChange::Add(vec!["w".into()]))))])
        .await;
    fixture.write(vec![by("o", set_agent(company, jane, Some(other)))]).await;
    assert_ne!(without_time(fixture.read(company, jane).await), before);
    let result = fixture.revert(company, operation("o")).await;
    assert_eq!((result.reverted, result.left, result.next_cursor), (1, 0, None));
    assert_eq!(result.results[0].action, Action::Updated);
    assert_eq!(result.results[0].reverted.len(), 13, "{:?}", result.results);
    assert_eq!(without_time(fixture.read(company, jane).await), before);
    // Nothing is left to do.
    let again = fixture.revert(company, operation("o")).await;
    assert_eq!((again.reverted, again.left), (0, 0));
    assert_eq!(again.results[0].action, Action::Unchanged);
}

async fn fields_that_changed_again_are_left_alone(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let agent = fixture.agent(company, "Front desk").await.id;
    let jane = fixture.create(company, json!({ "notes": "a", "business_name": "a" })).await;
    let body = json!({ "notes": "b", "business_name": "b" });
    fixture.write(vec![by("o", update(company, jane, body))]).await;
    fixture.write(vec![by("o", thread(company, jane, agent, "2024-01-01T00:00:00Z"))]).await;
    fixture.write(vec![update(company, jane, json!({ "notes": "c" }))]).await;
    let result = fixture.revert(company, operation("o")).await;
    assert_eq!((result.reverted, result.left), (1, 1));
    assert_eq!(result.results[0].reverted, ["business_name"]);
    let left = [
        LeftAlone::field("last_activity", LeftReason::NotRevertible),
        LeftAlone::field("notes", LeftReason::ChangedSince),
    ];
    assert_eq!(result.results[0].left, left);
    let contact = fixture.read(company, jane).await;
    assert_eq!([&contact["notes"], &contact["business_name"]], ["c", "a"]);
    let forced = RevertChanges { force: true, ..operation("o") };
    assert_eq!(fixture.revert(company, forced).await.results[0].reverted, ["notes"]);
    assert_eq!(fixture.read(company, jane).await["notes"], "a");
}

async fn created_contacts_are_deleted_unless_they_changed(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let body = |email: &str| by("o", upsert(company, json!({ "email": email, "tags": ["x"] })));
    let written = fixture.write(vec![body("a@example.com"), body("b@example.com")]).await;
    let [same, changed] = [written[0].id, written[1].id];
    fixture.write(vec![update(company, changed, json!({ "notes": "later" }))]).await;
    let result = fixture.revert(company, operation("o")).await;
    assert_eq!((result.reverted, result.left), (1, 1));
    assert_eq!(result.results[0].left, [LeftAlone::field("notes", LeftReason::ChangedSince)]);
    assert_eq!(result.results[1].action, Action::Deleted);
    assert!(fixture.find(company, same).await.is_none());
    assert!(fixture.find(company, changed).await.is_some());
    // The email address can be used again.
    fixture.create(company, json!({ "email": "a@example.com" })).await;
    let forced = RevertChanges { force: true, ..operation("o") };
    assert_eq!(fixture.revert(company, forced).await.reverted, 1);
    assert!(fixture.find(company, changed).await.is_none());
}

async fn deletions_and_restores_are_undone(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let jane = fixture.create(company, json!({ "email": "a@example.com", "notes": "a" })).await;
    let notes = by("o", update(company, jane, json!({ "notes": "b" })));
    fixture.write(vec![notes, by("o", of(company, WriteOperation::Delete(jane)))]).await;
    let result = fixture.revert(company, operation("o")).await;
    assert_eq!(result.results[0].action, Action::Restored);
    assert_eq!(result.results[0].reverted, ["notes"]);
    assert_eq!(fixture.read(company, jane).await["notes"], "a");
    assert_eq!(
        fixture.actions(company, jane).await,
        ["updated", "restored", "deleted", "updated", "created"]
    );
    // The upsert matches the restored contact.
    let upserted =
        fixture.store.write_one(upsert(company, json!({ "email": "a@example.com" }))).await.unwrap();
    assert_eq!(upserted.id, jane);
    let undone = fixture.revert(company, operation("undo")).await;
    assert_eq!(undone.results[0].action, Action::Deleted);
    assert!(fixture.find(company, jane).await.is_none());
}

async fn matching_keys_and_the_log_follow(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let jane = fixture.create(company, json!({ "phone_number": "+14155552671", "full_name": "Jane" })).await;
    let body = json!({ "phone_number": "+14155552672", "full_name": "Bob" });
    fixture.write(vec![by("o", update(company, jane, body))]).await;
    fixture.revert(company, operation("o")).await;
    let upserted = upsert(company, json!({ "phone_number": "+1 415 555 2671" }));
    assert_eq!(fixture.store.write_one(upserted).await.unwrap().id, jane);
    fixture.create(company, json!({ "phone_number": "+14155552672" })).await;
    let read = ReadHistory { company_id: company, contact_id: jane, cursor: None, size: 1 };
    let entry = fixture.store.run(read).await.unwrap().entries.remove(0);
    assert_eq!(entry.operation_id.as_deref(), Some("undo"));
    let phone = json!({ "before": "+14155552672", "after": "+14155552671" });
    assert_eq!(json!(entry.changed)["phone"], phone);
}

async fn undoing_can_be_undone(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let jane = fixture.create(company, json!({ "notes": "a" })).await;
    fixture.write(vec![by("o", update(company, jane, json!({ "notes": "b" })))]).await;
    fixture.revert(company, operation("o")).await;
    fixture.revert(company, operation("undo")).await;
    assert_eq!(fixture.read(company, jane).await["notes"], "b");
}

async fn what_is_gone_is_left_alone(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let [kept, renamed] = [
        fixture.field(company, "Kept", CustomFieldType::Any).await,
        fixture.field(company, "Renamed", CustomFieldType::Any).await,
    ];
    let agent = fixture.agent(company, "Front desk").await.id;
    let body = json!({ "custom_fields": { "Kept": 1, "Renamed": 2 } });
    let jane = fixture.create(company, body).await;
    fixture.write(vec![set_agent(company, jane, Some(agent))]).await;
    let body = json!({ "custom_fields": { "Kept": null, "Renamed": null } });
    fixture.write(vec![by("o", update(company, jane, body)), by("o", set_agent(company, jane, None))]).await;
    fixture.store.run(DeleteAgent { company_id: company, id: agent }).await.unwrap();
    let rename = RenameCustomField {
        company_id: company,
        id: renamed.id,
        name: "New".to_owned(),
        origin: Arc::default(),
    };
    fixture.store.run(rename).await.unwrap();
    let result = fixture.revert(company, operation("o")).await;
    assert_eq!(result.results[0].reverted, ["custom_fields.Kept"]);
    let left = ["active_agent_id", "custom_fields.Renamed"];
    assert_eq!(result.results[0].left, left.map(|field| LeftAlone::field(field, LeftReason::Missing)));
    assert_eq!(fixture.read(company, jane).await["custom_fields"], json!({ "Kept": 1 }));
    let _ = kept;
}

async fn erased_contacts_and_custom_fields_are_listed(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let field = fixture.field(company, "Plan", CustomFieldType::Any).await;
    let jane = fixture.write(vec![by("o", upsert(company, json!({ "notes": "a" })))]).await[0].id;
    fixture.write(vec![of(company, WriteOperation::Erase(jane))]).await;
    let origin = Arc::new(Origin { operation_id: Some("o".to_owned()), ..Origin::default() });
    fixture.store.run(DeleteCustomField { company_id: company, id: field.id, origin }).await.unwrap();
    let result = fixture.revert(company, operation("o")).await;
    assert_eq!((result.reverted, result.left), (0, 2));
    assert_eq!(result.results[0].contact_id, Some(jane));
    assert_eq!(result.results[0].left, [LeftAlone::contact(LeftReason::ContactErased)]);
    assert_eq!(result.results[1].contact_id, None);
    assert_eq!(result.results[1].left, [LeftAlone::field("custom_field", LeftReason::NotRevertible)]);
    for id in [jane, unknown_id()] {
        let of_contact = RevertChanges { contact_id: Some(id), ..RevertChanges::default() };
        let outcome = revert(company, of_contact).run(&fixture.store).await;
        assert!(matches!(outcome, Err(StoreError::ContactNotFound)), "{outcome:?}");
    }
}

async fn parts_continue_until_the_end_of_the_log(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let writes = (0..300).map(|_| by("o", upsert(company, json!({ "notes": "a" })))).collect();
    let ids: Vec<ContactId> = fixture.write(writes).await.iter().map(|written| written.id).collect();
    // A contact that a part finds twice is undone once, even if the changes are far apart.
    let twice = by("o", update(company, ids[0], json!({ "notes": "b" })));
    fixture.write(vec![twice]).await;
    let first = fixture.revert(company, operation("o")).await;
    assert_eq!((first.reverted, first.results.len()), (250, 250));
    assert_eq!(first.results[0].contact_id, Some(ids[0]));
    assert_eq!(first.results[0].action, Action::Deleted);
    let cursor = first.next_cursor.unwrap();
    assert_eq!(cursor.parse::<RevertCursor>().unwrap().through, 301);
    let second = fixture.revert(company, RevertChanges { cursor: Some(cursor), ..operation("o") }).await;
    assert_eq!((second.reverted, second.results.len(), second.next_cursor), (50, 50, None));
    // The key that undoes everything of a period does not undo what it undoes.
    let everything =
        RevertChanges { from: Some("2020-01-01T00:00:00Z".parse().unwrap()), ..Default::default() };
    let restored = fixture.revert(company, everything).await;
    assert_eq!(restored.results[0].action, Action::Unchanged, "created and deleted together");
    // The earliest changes may have been removed.
    let remove =
        RemoveOldChanges { company_id: company, added_before: "2100-01-01T00:00:00Z".parse().unwrap() };
    while fixture.store.run(remove).await.unwrap() > 0 {}
    let rest = fixture.revert(company, operation("o")).await;
    assert_eq!((rest.results.len(), rest.next_cursor), (0, None));
}

async fn dry_run_changes_nothing(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let jane = fixture.create(company, json!({ "notes": "a" })).await;
    fixture.write(vec![by("o", update(company, jane, json!({ "notes": "b" })))]).await;
    let dry = revert(company, operation("o")).run(&fixture.store.dry_run()).await.unwrap();
    assert_eq!(fixture.read(company, jane).await["notes"], "b");
    assert_eq!(fixture.revert(company, operation("o")).await, dry);
}

async fn other_companies_are_not_affected(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let (company, other) = (fixture.company().await, fixture.company().await);
    let jane = fixture.create(other, json!({ "notes": "a" })).await;
    fixture.write(vec![by("o", update(other, jane, json!({ "notes": "b" })))]).await;
    assert!(fixture.revert(company, operation("o")).await.results.is_empty());
    let one = RevertChanges { sequence: Some(2), ..RevertChanges::default() };
    assert!(fixture.revert(company, one.clone()).await.results.is_empty());
    assert_eq!(fixture.read(other, jane).await["notes"], "b");
    assert_eq!(fixture.revert(other, one).await.results[0].reverted, ["notes"]);
}
