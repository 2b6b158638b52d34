//! Values of custom fields, within sets and after changes of their definitions.

use std::sync::Arc;

use contact_model::CustomFieldType;
use contact_store::StoreError;
use contact_store::company::{CreateCustomField, DeleteCustomField, RenameCustomField};
use contact_testing::{Backend, on_both_databases};
use serde_json::json;

use crate::fixture::{Fixture, invalid_fields, unknown_id, update, upsert};

on_both_databases!(
    values_are_merged_by_key_within_a_set,
    value_is_removed_after_the_matching_key_changed_in_the_set,
    value_of_the_next_matching_contact_is_removed,
    rename_keeps_values_and_delete_removes_them,
    invalid_definitions_are_refused,
);

const PHONE: &str = "+14155552671";

async fn values_are_merged_by_key_within_a_set(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    for name in ["A", "B", "C"] {
        fixture.field(company, name, CustomFieldType::Any).await;
    }
    let fields = |fields| json!({ "phone_number": PHONE, "custom_fields": fields });
    let written = fixture
        .write(vec![
            upsert(company, fields(json!({ "A": 1, "B": [1, null], "Nope": 1 }))),
            upsert(company, fields(json!({ "A": 2, "C": "x" }))),
            upsert(company, fields(json!({ "B": null }))),
            upsert(company, fields(json!({ "C": null, "A": 3 }))),
            upsert(company, fields(json!({ "C": { "again": true } }))),
        ])
        .await;
    assert_eq!(written[0].ignored, ["custom_fields.Nope"]);
    let shown: Vec<_> = written.iter().map(|w| json!(w.contact)["custom_fields"].clone()).collect();
    let expected = [
        json!({ "A": 1, "B": [1, null] }),
        json!({ "A": 2, "B": [1, null], "C": "x" }),
        json!({ "A": 2, "C": "x" }),
        json!({ "A": 3 }),
        json!({ "A": 3, "C": { "again": true } }),
    ];
    assert_eq!(shown, expected);
    let stored = fixture.read(company, written[0].id).await;
    assert_eq!(stored["custom_fields"], expected[4]);
}

async fn value_is_removed_after_the_matching_key_changed_in_the_set(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    fixture.field(company, "Plan", CustomFieldType::Any).await;
    let body = json!({ "phone_number": PHONE, "custom_fields": { "Plan": "gold" } });
    let contact = fixture.create(company, body).await;
    let written = fixture
        .write(vec![
            update(company, contact, json!({ "email": "new@b.c", "phone_number": null })),
            upsert(company, json!({ "email": "new@b.c", "custom_fields": { "Plan": null } })),
        ])
        .await;
    assert_eq!(written[1].id, contact);
    assert_eq!(fixture.read(company, contact).await["custom_fields"], json!({}));
}

async fn value_of_the_next_matching_contact_is_removed(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    fixture.field(company, "Plan", CustomFieldType::Any).await;
    let gold = json!({ "custom_fields": { "Plan": "gold" } });
    let first = fixture.create(company, json!({ "phone_number": PHONE })).await;
    let second = fixture.create(company, gold.clone()).await;
    fixture
        .write(vec![update(company, first, gold), update(company, second, json!({ "phone_number": PHONE }))])
        .await;
    let written = fixture
        .write(vec![
            update(company, first, json!({ "phone_number": null })),
            upsert(company, json!({ "phone_number": PHONE, "custom_fields": { "Plan": null } })),
        ])
        .await;
    assert_eq!(written[1].id, second);
    assert_eq!(fixture.read(company, second).await["custom_fields"], json!({}));
    assert_eq!(fixture.read(company, first).await["custom_fields"], json!({ "Plan": "gold" }));
}

async fn rename_keeps_values_and_delete_removes_them(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company_id = fixture.company().await;
    let plan = fixture.field(company_id, "Plan", CustomFieldType::Any).await;
    fixture.field(company_id, "Size", CustomFieldType::Any).await;
    let contact = fixture.create(company_id, json!({ "custom_fields": { "Plan": 1, "Size": 2 } })).await;
    let rename = |name: &str| RenameCustomField {
        company_id,
        id: plan.id,
        name: name.to_owned(),
        origin: Arc::default(),
    };
    let renamed = fixture.store.run(rename("Tariff")).await.unwrap();
    assert_eq!((renamed.id, renamed.name.as_str()), (plan.id, "Tariff"));
    assert_eq!(fixture.store.run(rename("Tariff")).await.unwrap(), renamed, "a field may keep its own name");
    assert_eq!(fixture.read(company_id, contact).await["custom_fields"], json!({ "Tariff": 1, "Size": 2 }));

    let delete = DeleteCustomField { company_id, id: plan.id, origin: Arc::default() };
    fixture.store.run(delete.clone()).await.unwrap();
    assert!(
        matches!(fixture.store.run(delete).await, Err(StoreError::CustomFieldNotFound)),
        "already deleted"
    );
    fixture.field(company_id, "Tariff", CustomFieldType::Any).await;
    assert_eq!(fixture.read(company_id, contact).await["custom_fields"], json!({ "Size": 2 }));
}

async fn invalid_definitions_are_refused(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company_id = fixture.company().await;
    let field = |company_id, name: &str| CreateCustomField {
        company_id,
        field: contact_model::custom_field::NewCustomField {
            name: name.to_owned(),
            kind: CustomFieldType::Any,
            options: Vec::new(),
        },
    };
    let results = fixture
        .run_all([
            field(company_id, "Plan"),
            field(company_id, "Plan"),
            field(company_id, " "),
            field(unknown_id(), "Plan"),
            field(company_id, "plan"),
        ])
        .await;
    let plan = results[0].as_ref().unwrap();
    let is_taken = matches!(&results[1], Err(StoreError::CustomFieldTaken { name, by }) if name == "Plan" && *by == plan.id);
    assert!(is_taken, "{:?}", results[1]);
    assert_eq!(invalid_fields(&results[2]), ["/name"]);
    assert!(matches!(results[3], Err(StoreError::CompanyNotFound)), "{:?}", results[3]);
    assert!(results[4].is_ok(), "names are case-sensitive");
    let rename =
        RenameCustomField { company_id, id: plan.id, name: "plan".to_owned(), origin: Arc::default() };
    assert!(matches!(fixture.store.run(rename).await, Err(StoreError::CustomFieldTaken { .. })));
}
