//! Fields with a wrong type or an invalid `null`.

use contact_model::{CustomFieldType, ProblemType};
use contact_testing::{Backend, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::fixture::{Fixture, bad, send_text};

on_both_databases!(
    update_refuses_values_of_a_wrong_type,
    create_refuses_values_of_a_wrong_type,
    null_clears_optional_fields_and_is_refused_by_others,
    all_invalid_fields_are_reported_at_once,
    custom_fields_are_reported_with_the_other_invalid_fields,
    no_field_is_written_if_one_is_invalid,
    refused_create_creates_nothing,
    problem_describes_sent_and_accepted_values,
);

const TEXTS: [&str; 7] =
    ["full_name", "first_name", "last_name", "email", "phone_number", "business_name", "notes"];

/// Values of a wrong type, which every operation refuses.
fn values_of_wrong_types() -> Vec<(&'static str, Value)> {
    let mut wrong: Vec<(&str, Value)> = Vec::new();
    for key in TEXTS {
        for value in [json!(1), json!(1.5), json!(true), json!([]), json!(["x"]), json!({})] {
            wrong.push((key, value));
        }
    }
    for value in [json!("vip"), json!(1), json!({}), json!(false)] {
        wrong.push(("tags", value));
    }
    for value in [json!([]), json!({})] {
        wrong.push(("is_dnd", value));
    }
    for value in [json!(1), json!(true), json!([]), json!({})] {
        wrong.push(("lead_source", value));
    }
    for value in [json!([]), json!("x"), json!(1), json!(false)] {
        wrong.push(("custom_fields", value));
    }
    wrong
}

async fn update_refuses_values_of_a_wrong_type(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let before = fixture.read().await;
    let accepted_only_by_create =
        [json!("true"), json!("yes"), json!(1), json!(0)].map(|value| ("is_dnd", value));
    for (key, value) in values_of_wrong_types().into_iter().chain(accepted_only_by_create) {
        let response = fixture.patch(json!({ key: value })).await;
        let pointer = format!("/{key}");
        assert_eq!(
            response.invalid_fields(ProblemType::InvalidFields),
            bad(&[(&pointer, "wrong_type")]),
            "{value}"
        );
    }
    assert_eq!(fixture.read().await, before);
}

async fn create_refuses_values_of_a_wrong_type(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let before = fixture.read().await;
    for (key, value) in values_of_wrong_types() {
        // The phone matches the contact, so only the invalid field prevents an update.
        let mut body = json!({ "phone_number": "+14155552671", "notes": "written" });
        body[key] = value.clone();
        let response = fixture.company.post("/contacts/", body).await;
        let pointer = format!("/{key}");
        assert_eq!(
            response.invalid_fields(ProblemType::InvalidFields),
            bad(&[(&pointer, "wrong_type")]),
            "{value}"
        );
    }
    assert_eq!(fixture.read().await, before);
}

async fn null_clears_optional_fields_and_is_refused_by_others(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    for key in ["tags", "is_dnd", "lead_source", "custom_fields"] {
        let pointer = format!("/{key}");
        let expected = bad(&[(&pointer, "null_not_allowed")]);
        assert_eq!(fixture.refused(json!({ key: null })).await, expected);
        let response = fixture.company.post("/contacts/", json!({ key: null })).await;
        assert_eq!(response.invalid_fields(ProblemType::InvalidFields), expected);
    }
    let all: Value =
        TEXTS.iter().map(|&key| (key.to_owned(), Value::Null)).collect::<serde_json::Map<_, _>>().into();
    let contact = fixture.company.update(fixture.id, all.clone()).await;
    for key in ["name", "email", "phone", "business_name", "notes"] {
        assert_eq!(contact[key], json!(null), "{key}");
    }
    let cleared = fixture.read().await;
    assert_eq!((&cleared["first_name"], &cleared["last_name"]), (&json!(null), &json!(null)));

    let created = fixture.company.create(all).await;
    let created = fixture.company.read(created).await;
    for key in ["name", "email", "phone", "business_name", "notes", "first_name", "last_name"] {
        assert_eq!(created[key], json!(null), "{key}");
    }
}

async fn all_invalid_fields_are_reported_at_once(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let body = json!({
        "full_name": 1, "first_name": [], "last_name": "x".repeat(256), "email": {}, "phone_number": true,
        "business_name": "\0", "notes": 1.5, "tags": ["ok", 7, null, "x".repeat(101)], "is_dnd": null,
        "lead_source": null, "custom_fields": [],
    });
    let mut expected = bad(&[
        ("/full_name", "wrong_type"),
        ("/first_name", "wrong_type"),
        ("/last_name", "too_long"),
        ("/email", "wrong_type"),
        ("/phone_number", "wrong_type"),
        ("/business_name", "nul_character"),
        ("/notes", "wrong_type"),
        ("/tags/1", "wrong_type"),
        ("/tags/2", "null_not_allowed"),
        ("/tags/3", "too_long"),
        ("/is_dnd", "null_not_allowed"),
        ("/lead_source", "null_not_allowed"),
        ("/custom_fields", "wrong_type"),
    ]);
    let mut found = fixture.refused(body.clone()).await;
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
    let response = fixture.company.post("/contacts/", body).await;
    let mut found = response.invalid_fields(ProblemType::InvalidFields);
    found.sort();
    assert_eq!(found, expected);
}

async fn custom_fields_are_reported_with_the_other_invalid_fields(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    fixture.define("Age", CustomFieldType::Number).await;
    fixture.define("Born", CustomFieldType::Date).await;
    let body = json!({
        "notes": 5,
        "custom_fields": { "Age": "many", "Born": "2024- 1-01", "Unknown": 1, "Plan": "gold" },
    });
    let mut expected = bad(&[
        ("/notes", "wrong_type"),
        ("/custom_fields/Age", "wrong_type"),
        ("/custom_fields/Born", "invalid_value"),
    ]);
    expected.sort();
    let responses = [fixture.patch(body.clone()).await, fixture.company.post("/contacts/", body).await];
    for response in responses {
        let mut found = response.invalid_fields(ProblemType::InvalidFields);
        found.sort();
        assert_eq!(found, expected);
    }
}

async fn no_field_is_written_if_one_is_invalid(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let good = json!({
        "full_name": "New Name", "email": "new@example.com", "phone_number": "1", "business_name": "New",
        "notes": "New", "tags": [], "lead_source": "import", "custom_fields": { "Plan": "new" },
    });
    let mut body = good.clone();
    body["is_dnd"] = json!("perhaps");
    fixture.refused(body).await;
    assert_eq!(fixture.patch(good).await.status, 200);
}

async fn refused_create_creates_nothing(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let refused = json!({ "email": "new@example.com", "phone_number": "+14155552672", "tags": 1 });
    fixture.company.post("/contacts/", refused).await.problem(ProblemType::InvalidFields);
    let not_json = r#"{"email":"new@example.com","phone_number":"+14155552672""#;
    send_text(&fixture.company, Method::POST, "/contacts/", not_json).await.problem(ProblemType::InvalidJson);
    let include = json!({ "email": "new@example.com", "phone_number": "+14155552672" });
    fixture.company.post("/contacts/?include=x", include).await.problem(ProblemType::InvalidParameter);
    // A contact that had been created would be matched now.
    for body in [json!({ "phone_number": "+14155552672" }), json!({ "email": "new@example.com" })] {
        assert_eq!(fixture.company.post("/contacts/", body).await.status, 201);
    }
}

async fn problem_describes_sent_and_accepted_values(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let problem =
        fixture.patch(json!({ "notes": 7, "is_dnd": "yes" })).await.problem(ProblemType::InvalidFields);
    assert_eq!(problem.detail, "2 fields are invalid; nothing was written.");
    let details: Vec<&str> = problem.errors.iter().map(|error| error.detail.as_str()).collect();
    assert_eq!(
        details,
        ["notes takes a string; a number was sent.", "is_dnd takes true or false; a string was sent."]
    );
    let long = fixture.patch(json!({ "email": "x".repeat(321) })).await.problem(ProblemType::InvalidFields);
    assert_eq!(long.errors[0].detail, "email takes at most 320 characters; 321 were sent.");
}
