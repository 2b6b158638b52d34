//! Limits of a contact after a merge.

use contact_model::custom_field::NewCustomField;
use contact_model::{CustomFieldType, ProblemType};
use contact_store::company::CreateCustomField;
use contact_testing::{Backend, on_both_databases};
use serde_json::{Map, Value, json};

use crate::fixture::{Fixture, bad};

on_both_databases!(
    limit_of_200_tags_applies_after_a_merge,
    custom_fields_of_a_contact_have_at_most_512_kibibytes,
);

async fn limit_of_200_tags_applies_after_a_merge(backend: Backend) {
    let phone = "+14155552671";
    let tags = |numbers: std::ops::Range<usize>| -> Value { numbers.map(|n| n.to_string()).collect() };
    let fixture = Fixture::with(backend, json!({ "phone_number": phone, "tags": tags(0..150) })).await;
    fixture.company.create(json!({ "phone_number": phone, "tags": tags(100..200) })).await;
    assert_eq!(fixture.read().await["tags"], tags(0..200));
    let before = fixture.read().await;
    let one_more = json!({ "phone_number": phone, "notes": "written", "tags": ["0", "new"] });
    let response = fixture.company.post("/contacts/", one_more).await;
    assert_eq!(response.invalid_fields(ProblemType::InvalidFields), bad(&[("/tags", "too_many")]));
    let detail = &response.problem(ProblemType::InvalidFields).errors[0].detail;
    assert!(detail.contains("201") && detail.contains("200"), "{detail}");
    assert_eq!(fixture.read().await, before);
    let none_new = json!({ "phone_number": phone, "tags": ["7", "199"] });
    assert_eq!(fixture.company.post("/contacts/", none_new).await.status, 200);
}

async fn custom_fields_of_a_contact_have_at_most_512_kibibytes(backend: Backend) {
    let fixture = Fixture::with(backend, json!({ "phone_number": "+14155552671" })).await;
    let fields = (0..33).map(|n| CreateCustomField {
        company_id: fixture.company.id,
        field: NewCustomField { name: format!("F{n}"), kind: CustomFieldType::Any, options: Vec::new() },
    });
    for field in fields {
        fixture.company.server.store.run(field).await.unwrap();
    }
    // Exactly 512 KiB together: 32 values of the largest size.
    let largest = json!("x".repeat(16 * 1024 - 2));
    let values: Map<String, Value> = (0..32).map(|n| (format!("F{n}"), largest.clone())).collect();
    fixture.company.update(fixture.id, json!({ "custom_fields": values })).await;
    let before = fixture.read().await;
    assert_eq!(before["custom_fields"], json!(values));

    let over = json!({ "custom_fields": { "F32": 1 }, "notes": "written" });
    let expected = bad(&[("/custom_fields", "too_long")]);
    assert_eq!(fixture.refused(over.clone()).await, expected);
    let mut create = over.clone();
    create["phone_number"] = json!("+14155552671");
    let response = fixture.company.post("/contacts/", create).await;
    assert_eq!(response.invalid_fields(ProblemType::InvalidFields), expected);
    let detail = &response.problem(ProblemType::InvalidFields).errors[0].detail;
    assert!(detail.contains("524288"), "{detail}");
    assert_eq!(fixture.read().await, before);

    // A value that the same request removes does not count.
    fixture.company.update(fixture.id, json!({ "custom_fields": { "F0": null, "F32": 1 } })).await;
    assert_eq!(fixture.read().await["custom_fields"].as_object().unwrap().len(), 32);
}
