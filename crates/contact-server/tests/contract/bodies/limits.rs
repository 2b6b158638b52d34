//! Limits at their boundary: the limit is accepted, and one more is a 400 that contains the limit.

use contact_model::{CustomFieldType, ProblemType};
use contact_testing::{Backend, TestCompany, TestResponse, on_both_databases};
use serde_json::{Value, json};

use crate::fixture::{Fixture, bad, define};

on_both_databases!(
    texts_are_accepted_up_to_their_limit_in_characters,
    composed_name_may_be_as_long_as_its_parts_together,
    tag_has_at_most_100_characters,
    contact_has_at_most_200_tags,
    custom_field_value_has_at_most_16_kibibytes,
    custom_field_value_has_at_most_120_levels,
);

const TEXTS: [(&str, &str, usize); 7] = [
    ("full_name", "name", 255),
    ("first_name", "first_name", 255),
    ("last_name", "last_name", 255),
    ("email", "email", 320),
    ("phone_number", "phone", 64),
    ("business_name", "business_name", 255),
    ("notes", "notes", 65_536),
];

/// Asserts that a field was refused with a message that contains the limit.
fn refused(response: &TestResponse, pointer: &str, code: &str, limit: usize) {
    assert_eq!(response.invalid_fields(ProblemType::InvalidFields), bad(&[(pointer, code)]));
    let detail = &response.problem(ProblemType::InvalidFields).errors[0].detail;
    assert!(detail.contains(&limit.to_string()), "{detail:?} does not contain {limit}");
}

async fn texts_are_accepted_up_to_their_limit_in_characters(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    for (key, response_key, limit) in TEXTS {
        // Characters of one to four bytes that a create does not change.
        for letter in ["x", "ß", "名", "🙂"] {
            let (fits, over) = (letter.repeat(limit), letter.repeat(limit + 1));
            fixture.company.update(fixture.id, json!({ key: fits })).await;
            assert_eq!(fixture.read().await[response_key], json!(fits), "{key} {letter}");
            refused(&fixture.patch(json!({ key: over })).await, &format!("/{key}"), "too_long", limit);
            let response = fixture.company.post("/contacts/", json!({ key: over })).await;
            refused(&response, &format!("/{key}"), "too_long", limit);
        }
        let fits = "名".repeat(limit);
        let created = fixture.company.create(json!({ key: fits })).await;
        assert_eq!(fixture.company.read(created).await[response_key], json!(fits), "{key}");
    }
}

async fn composed_name_may_be_as_long_as_its_parts_together(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let parts = json!({ "first_name": "名".repeat(255), "last_name": "名".repeat(255) });
    let composed = format!("{0} {0}", "名".repeat(255));
    assert_eq!(fixture.company.update(fixture.id, parts.clone()).await["name"], json!(composed));
    let created = fixture.company.create(parts).await;
    assert_eq!(fixture.company.read(created).await["name"], json!(composed));
}

async fn tag_has_at_most_100_characters(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let (fits, over) = ("名".repeat(100), "名".repeat(101));
    assert_eq!(
        fixture.company.update(fixture.id, json!({ "tags": [fits, ""] })).await["tags"],
        json!([fits, ""])
    );
    let created = fixture.company.create(json!({ "tags": [fits] })).await;
    assert_eq!(fixture.company.read(created).await["tags"], json!([fits]));
    refused(&fixture.patch(json!({ "tags": ["x", over] })).await, "/tags/1", "too_long", 100);
    refused(&fixture.company.post("/contacts/", json!({ "tags": [over] })).await, "/tags/0", "too_long", 100);
}

async fn contact_has_at_most_200_tags(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let tags = |count: usize| -> Value { (0..count).map(|n| n.to_string()).collect() };
    assert_eq!(fixture.company.update(fixture.id, json!({ "tags": tags(200) })).await["tags"], tags(200));
    let created = fixture.company.create(json!({ "tags": tags(200) })).await;
    assert_eq!(fixture.company.read(created).await["tags"], tags(200));
    refused(&fixture.patch(json!({ "tags": tags(201) })).await, "/tags", "too_many", 200);
    refused(
        &fixture.company.post("/contacts/", json!({ "tags": tags(201) })).await,
        "/tags",
        "too_many",
        200,
    );
    assert_eq!(fixture.read().await["tags"], tags(200));
}

async fn custom_field_value_has_at_most_16_kibibytes(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let limit = 16 * 1024;
    let text = |bytes: usize| json!({ "custom_fields": { "Plan": "x".repeat(bytes - 2) } });
    fixture.company.update(fixture.id, text(limit)).await;
    assert_eq!(fixture.read().await["custom_fields"], text(limit)["custom_fields"]);
    fixture.company.create(text(limit)).await;
    refused(&fixture.patch(text(limit + 1)).await, "/custom_fields/Plan", "too_long", limit);
    let response = fixture.company.post("/contacts/", text(limit + 1)).await;
    refused(&response, "/custom_fields/Plan", "too_long", limit);
    // This limit counts bytes of the JSON text.
    let wide = json!({ "custom_fields": { "Plan": "名".repeat(limit / 3) } });
    refused(&fixture.patch(wide).await, "/custom_fields/Plan", "too_long", limit);
    let number = format!(r#"{{"custom_fields":{{"Plan":{}}}}}"#, "1".repeat(limit + 1));
    refused(&fixture.patch_text(number).await, "/custom_fields/Plan", "too_long", limit);
    assert_eq!(fixture.read().await["custom_fields"], text(limit)["custom_fields"]);
}

async fn custom_field_value_has_at_most_120_levels(backend: Backend) {
    let company = TestCompany::start(backend).await;
    define(&company, "Plan", CustomFieldType::Any, &[]).await;
    let id = company.create(json!({})).await;
    let nested = |levels: usize| format!("{}1{}", r#"{"a":"#.repeat(levels), "}".repeat(levels));
    let body = |levels: usize| format!(r#"{{"custom_fields":{{"Plan":{}}}}}"#, nested(levels));
    let path = crate::fixture::path_of(id);
    let response = crate::fixture::send_text(&company, reqwest::Method::PATCH, &path, body(120)).await;
    assert_eq!(response.status, 200, "{response:#?}");
    // An ordinary JSON parser accepts it.
    let read = company.read(id).await;
    assert_eq!(read["custom_fields"]["Plan"].to_string(), nested(120));
    let response = crate::fixture::send_text(&company, reqwest::Method::PATCH, &path, body(121)).await;
    refused(&response, "/custom_fields/Plan", "too_deep", 120);
}
