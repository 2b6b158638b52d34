//! Values of custom fields, in sets and across changes of the definitions.

use contact_model::CustomFieldType;
use contact_store::StoreError;
use contact_store::company::{CreateCustomField, DeleteCustomField, RenameCustomField};
use contact_testing::{Backend, on_both_databases};
use serde_json::json;

use crate::world::{World, bad_fields, nobody, update, upsert};

on_both_databases!(
    values_are_merged_key_by_key_within_a_set,
    a_value_is_removed_after_the_contact_got_another_key_in_the_set,
    a_value_of_the_next_oldest_is_removed_after_the_oldest_lost_the_key_in_the_set,
    renaming_keeps_values_and_deleting_removes_them,
    definitions_are_refused_for_a_reason,
);

const PHONE: &str = "+14155552671";

async fn values_are_merged_key_by_key_within_a_set(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    for name in ["A", "B", "C"] {
        world.field(company, name, CustomFieldType::Any).await;
    }
    let fields = |fields| json!({ "phone_number": PHONE, "custom_fields": fields });
    let written = world
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
    let stored = world.read(company, written[0].id).await;
    assert_eq!(stored["custom_fields"], expected[4]);
}

async fn a_value_is_removed_after_the_contact_got_another_key_in_the_set(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    world.field(company, "Plan", CustomFieldType::Any).await;
    let body = json!({ "phone_number": PHONE, "custom_fields": { "Plan": "gold" } });
    let contact = world.create(company, body).await;
    let written = world
        .write(vec![
            update(company, contact, json!({ "email": "new@b.c", "phone_number": null })),
            upsert(company, json!({ "email": "new@b.c", "custom_fields": { "Plan": null } })),
        ])
        .await;
    assert_eq!(written[1].id, contact);
    assert_eq!(world.read(company, contact).await["custom_fields"], json!({}));
}

async fn a_value_of_the_next_oldest_is_removed_after_the_oldest_lost_the_key_in_the_set(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    world.field(company, "Plan", CustomFieldType::Any).await;
    let gold = json!({ "custom_fields": { "Plan": "gold" } });
    let first = world.create(company, json!({ "phone_number": PHONE })).await;
    let second = world.create(company, gold.clone()).await;
    world
        .write(vec![update(company, first, gold), update(company, second, json!({ "phone_number": PHONE }))])
        .await;
    let written = world
        .write(vec![
            update(company, first, json!({ "phone_number": null })),
            upsert(company, json!({ "phone_number": PHONE, "custom_fields": { "Plan": null } })),
        ])
        .await;
    assert_eq!(written[1].id, second);
    assert_eq!(world.read(company, second).await["custom_fields"], json!({}));
    assert_eq!(world.read(company, first).await["custom_fields"], json!({ "Plan": "gold" }));
}

async fn renaming_keeps_values_and_deleting_removes_them(backend: Backend) {
    let world = World::new(backend).await;
    let company_id = world.company().await;
    let plan = world.field(company_id, "Plan", CustomFieldType::Any).await;
    world.field(company_id, "Size", CustomFieldType::Any).await;
    let contact = world.create(company_id, json!({ "custom_fields": { "Plan": 1, "Size": 2 } })).await;
    let rename = |name: &str| RenameCustomField { company_id, id: plan.id, name: name.to_owned() };
    let renamed = world.store.run_one(rename("Tariff")).await.unwrap();
    assert_eq!((renamed.id, renamed.name.as_str()), (plan.id, "Tariff"));
    assert_eq!(world.store.run_one(rename("Tariff")).await.unwrap(), renamed, "its own name is not taken");
    assert_eq!(world.read(company_id, contact).await["custom_fields"], json!({ "Tariff": 1, "Size": 2 }));

    let delete = DeleteCustomField { company_id, id: plan.id };
    world.store.run_one(delete).await.unwrap();
    assert!(matches!(world.store.run_one(delete).await, Err(StoreError::CustomFieldNotFound)), "once");
    world.field(company_id, "Tariff", CustomFieldType::Any).await;
    assert_eq!(world.read(company_id, contact).await["custom_fields"], json!({ "Size": 2 }));
}

async fn definitions_are_refused_for_a_reason(backend: Backend) {
    let world = World::new(backend).await;
    let company_id = world.company().await;
    let field = |company_id, name: &str| CreateCustomField {
        company_id,
        field: contact_model::custom_field::NewCustomField {
            name: name.to_owned(),
            kind: CustomFieldType::Any,
            options: Vec::new(),
        },
    };
    // In one set: the second sees what the first did.
    let answers = world
        .store
        .run(vec![
            field(company_id, "Plan"),
            field(company_id, "Plan"),
            field(company_id, " "),
            field(nobody(), "Plan"),
            field(company_id, "plan"),
        ])
        .await;
    let plan = answers[0].as_ref().unwrap();
    let taken = matches!(&answers[1], Err(StoreError::CustomFieldTaken { name, by }) if name == "Plan" && *by == plan.id);
    assert!(taken, "{:?}", answers[1]);
    assert_eq!(bad_fields(&answers[2]), ["/name"]);
    assert!(matches!(answers[3], Err(StoreError::CompanyNotFound)), "{:?}", answers[3]);
    assert!(answers[4].is_ok(), "upper and lower case can be told apart");
    let rename = RenameCustomField { company_id, id: plan.id, name: "plan".to_owned() };
    assert!(matches!(world.store.run_one(rename).await, Err(StoreError::CustomFieldTaken { .. })));
}
