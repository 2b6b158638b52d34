//! Which keys of `custom_fields` are stored, and how they are merged.

use std::sync::Arc;

use contact_model::CustomFieldType;
use contact_store::company::{DeleteCustomField, ListCustomFields, RenameCustomField};
use contact_testing::{Backend, on_both_databases};
use serde_json::json;

use crate::fixture::Fixture;

on_both_databases!(
    only_keys_that_match_a_defined_field_are_stored,
    fields_are_merged_key_by_key,
    create_merges_like_an_update,
    null_removes_a_value,
    empty_object_changes_nothing,
    values_are_kept_by_a_rename_and_deleted_with_their_field,
);

async fn with_fields(backend: Backend, names: &[&str]) -> Fixture {
    let fixture = Fixture::with(backend, json!({ "phone_number": "+14155552671" })).await;
    for name in names {
        fixture.define(name, CustomFieldType::Any).await;
    }
    fixture
}

async fn only_keys_that_match_a_defined_field_are_stored(backend: Backend) {
    let fixture = with_fields(backend, &["Plan", "Größe", "a/b~c", "with space"]).await;
    let sent = json!({
        "Plan": "gold", "plan": 1, " Plan": 2, "Plan ": 3, "Größe": "L", "größe": 4, "Gro\u{308}ße": 5,
        "a/b~c": 6, "with space": 7, "": 8, "unknown": 9,
    });
    let stored = json!({ "Plan": "gold", "Größe": "L", "a/b~c": 6, "with space": 7 });
    let response = fixture.patch(json!({ "custom_fields": sent })).await;
    assert_eq!(response.status, 200);
    assert_eq!(response.header("ignored-fields").split(", ").count(), 7, "{response:#?}");
    assert_eq!(fixture.read().await["custom_fields"], stored);
    let created = fixture.company.create(json!({ "custom_fields": sent })).await;
    assert_eq!(fixture.company.read(created).await["custom_fields"], stored);
}

async fn fields_are_merged_key_by_key(backend: Backend) {
    let fixture = with_fields(backend, &["Plan", "Size", "Score"]).await;
    fixture
        .company
        .update(fixture.id, json!({ "custom_fields": { "Plan": "gold", "Size": { "a": 1, "b": 2 } } }))
        .await;
    fixture.company.update(fixture.id, json!({ "custom_fields": { "Score": 7, "Size": { "a": 3 } } })).await;
    // A value is replaced as a whole: only the top-level keys are merged.
    let expected = json!({ "Plan": "gold", "Score": 7, "Size": { "a": 3 } });
    assert_eq!(fixture.read().await["custom_fields"], expected);
    fixture.company.update(fixture.id, json!({ "notes": "untouched" })).await;
    assert_eq!(fixture.read().await["custom_fields"], expected);
}

async fn create_merges_like_an_update(backend: Backend) {
    let fixture = with_fields(backend, &["Plan", "Size"]).await;
    let phone = "+14155552671";
    fixture
        .company
        .create(json!({ "phone_number": phone, "custom_fields": { "Plan": "gold", "Size": 1 } }))
        .await;
    fixture.company.create(json!({ "phone_number": phone, "custom_fields": { "Size": 2 } })).await;
    assert_eq!(fixture.read().await["custom_fields"], json!({ "Plan": "gold", "Size": 2 }));
    fixture.company.create(json!({ "phone_number": phone, "custom_fields": { "Plan": null } })).await;
    assert_eq!(fixture.read().await["custom_fields"], json!({ "Size": 2 }));
    let created = fixture.company.create(json!({ "custom_fields": { "Plan": null, "Size": 1 } })).await;
    assert_eq!(fixture.company.read(created).await["custom_fields"], json!({ "Size": 1 }));
}

async fn null_removes_a_value(backend: Backend) {
    let fixture = with_fields(backend, &["Plan", "Size"]).await;
    fixture.company.update(fixture.id, json!({ "custom_fields": { "Plan": "gold", "Size": 1 } })).await;
    fixture.company.update(fixture.id, json!({ "custom_fields": { "Plan": null } })).await;
    let removed = fixture.read().await;
    assert_eq!(removed["custom_fields"], json!({ "Size": 1 }));
    // Removing a missing value changes nothing.
    fixture.company.update(fixture.id, json!({ "custom_fields": { "Plan": null } })).await;
    assert_eq!(fixture.read().await, removed);
}

async fn empty_object_changes_nothing(backend: Backend) {
    let fixture = with_fields(backend, &["Plan"]).await;
    fixture.company.update(fixture.id, json!({ "custom_fields": { "Plan": "gold" } })).await;
    let before = fixture.read().await;
    fixture.company.update(fixture.id, json!({ "custom_fields": {} })).await;
    assert_eq!(fixture.read().await, before);
}

async fn values_are_kept_by_a_rename_and_deleted_with_their_field(backend: Backend) {
    let fixture = with_fields(backend, &["Plan", "Size"]).await;
    let company_id = fixture.company.id;
    fixture.company.update(fixture.id, json!({ "custom_fields": { "Plan": "gold", "Size": 1 } })).await;
    let fields = fixture.company.server.store.run(ListCustomFields { company_id }).await.unwrap();
    let id = |name: &str| fields.iter().find(|field| field.name == name).unwrap().id;
    let rename =
        RenameCustomField { company_id, id: id("Plan"), name: "Tariff".into(), origin: Arc::default() };
    fixture.company.server.store.run(rename).await.unwrap();
    assert_eq!(fixture.read().await["custom_fields"], json!({ "Tariff": "gold", "Size": 1 }));
    let response = fixture.patch(json!({ "custom_fields": { "Plan": "silver" } })).await;
    assert_eq!(response.header("ignored-fields"), r#""custom_fields.Plan""#);
    fixture
        .company
        .server
        .store
        .run(DeleteCustomField { company_id, id: id("Plan"), origin: Arc::default() })
        .await
        .unwrap();
    assert_eq!(fixture.read().await["custom_fields"], json!({ "Size": 1 }));
}
