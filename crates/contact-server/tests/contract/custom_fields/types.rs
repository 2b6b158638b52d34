//! Custom fields with a type.

use contact_model::{CustomFieldType, ProblemType};
use contact_testing::{Backend, on_both_databases};
use serde_json::{Value, json};

use crate::fixture::{Fixture, bad, define};

on_both_databases!(typed_field_accepts_only_its_type, all_invalid_values_are_reported_at_once);

async fn typed_field_accepts_only_its_type(backend: Backend) {
    let fixture = Fixture::with(backend, json!({ "phone_number": "+14155552671" })).await;
    for kind in CustomFieldType::ALL {
        let options = if kind == CustomFieldType::Select { &["red", "blue"][..] } else { &[] };
        define(&fixture.company, kind.as_str(), kind, options).await;
    }
    let values = [
        (json!("text"), &["any", "text"][..]),
        (json!(""), &["any", "text"]),
        (json!("red"), &["any", "text", "select"]),
        (json!("Red"), &["any", "text"]),
        (json!("2024-02-29"), &["any", "text", "date"]),
        (json!("2023-02-29"), &["any", "text"]),
        (json!("2024-02-29T00:00:00Z"), &["any", "text"]),
        (json!("1"), &["any", "text"]),
        (json!("true"), &["any", "text"]),
        (json!(1), &["any", "number"]),
        (json!(-1.5), &["any", "number"]),
        (json!(true), &["any", "boolean"]),
        (json!(false), &["any", "boolean"]),
        (json!([]), &["any"]),
        (json!({}), &["any"]),
        (json!(["red"]), &["any"]),
    ];
    for kind in CustomFieldType::ALL.map(CustomFieldType::as_str) {
        for (value, accepting_types) in &values {
            let body = json!({ "custom_fields": { kind: value }, "notes": value.to_string() });
            if accepting_types.contains(&kind) {
                fixture.company.update(fixture.id, body).await;
                assert_eq!(fixture.read().await["custom_fields"][kind], *value);
            } else {
                let pointer = format!("/custom_fields/{kind}");
                let code = match (kind, value) {
                    ("date" | "select", Value::String(_)) => "invalid_value",
                    _ => "wrong_type",
                };
                assert_eq!(fixture.refused(body.clone()).await, bad(&[(&pointer, code)]), "{kind} {value}");
                let mut create = body;
                create["phone_number"] = json!("+14155552671");
                let response = fixture.company.post("/contacts/", create).await;
                assert_eq!(response.invalid_fields(ProblemType::InvalidFields), bad(&[(&pointer, code)]));
            }
        }
        // A value of any type can be removed.
        fixture.company.update(fixture.id, json!({ "custom_fields": { kind: null } })).await;
        assert_eq!(fixture.read().await["custom_fields"].get(kind), None);
    }
}

async fn all_invalid_values_are_reported_at_once(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    fixture.define("a/b~c", CustomFieldType::Number).await;
    fixture.define("Since", CustomFieldType::Date).await;
    let body = json!({ "custom_fields": { "a/b~c": "x", "Since": "today", "Unknown": 1 } });
    let mut found = fixture.refused(body).await;
    found.sort();
    let expected =
        bad(&[("/custom_fields/Since", "invalid_value"), ("/custom_fields/a~1b~0c", "wrong_type")]);
    assert_eq!(found, expected);
}
