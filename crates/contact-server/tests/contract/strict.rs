//! `Prefer: handling=strict`: values that would be ignored, dropped or coerced are refused.

use contact_model::{CustomFieldType, ProblemType};
use contact_testing::{Backend, TestResponse, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::fixture::{Fixture, agent_with_contact, bad, path_of};
use crate::operations;

on_both_databases!(
    every_operation_with_a_body_refuses_unknown_keys,
    all_values_that_would_be_coerced_or_ignored_are_reported,
    undefined_custom_field_is_refused,
    collision_is_refused_with_both_contacts,
    normalised_values_are_accepted,
    lenient_handling_is_the_default,
);

async fn send(
    fixture: &Fixture,
    method: Method,
    path: &str,
    prefer: &str,
    body: impl ToString,
) -> TestResponse {
    let request = fixture.company.request(method, path).header("Prefer", prefer);
    let request = request.header("Content-Type", "application/json").body(body.to_string());
    fixture.company.send(request).await
}

async fn post(fixture: &Fixture, prefer: &str, body: impl ToString) -> TestResponse {
    send(fixture, Method::POST, "/contacts/", prefer, body).await
}

async fn count(fixture: &Fixture) -> Value {
    fixture.company.get("/contacts/?count=true").await.json()["count"].clone()
}

async fn every_operation_with_a_body_refuses_unknown_keys(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let agent = agent_with_contact(&fixture.company, "Front desk").await;
    let admin = fixture.admin().await;
    let (before, contacts) = (fixture.read().await, count(&fixture).await);
    let mut seen = 0;
    for operation in operations::all() {
        let Some(mut body) = operation.body(agent) else { continue };
        let path = operation.path_for(fixture.id);
        let strict = |body: &Value| {
            admin.request(operation.method.clone(), &path).header("Prefer", "handling=strict").json(body)
        };
        body["un/known~key"] = json!({ "deep": [1] });
        let response = admin.send(strict(&body)).await;
        let named = response.invalid_fields(ProblemType::InvalidFields);
        assert_eq!(named, bad(&[("/un~1known~0key", "unknown_key")]), "{}", operation.id);
        assert_eq!(response.optional_header("preference-applied"), None);
        seen += 1;
    }
    assert!(seen >= 8, "{seen}");
    assert_eq!((fixture.read().await, count(&fixture).await), (before, contacts), "something was written");
    for operation in operations::all().iter().filter(|operation| operation.expected_problem().is_none()) {
        let Some(body) = operation.body(agent) else { continue };
        let request = admin.request(operation.method.clone(), &operation.path_for(fixture.id));
        let response = admin.send(request.header("Prefer", "handling=strict").json(&body)).await;
        assert!(response.status < 300, "{response:#?}");
        assert_eq!(response.header("preference-applied"), "handling=strict", "{}", operation.id);
    }
}

async fn all_values_that_would_be_coerced_or_ignored_are_reported(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let (before, contacts) = (fixture.read().await, count(&fixture).await);
    let body = r#"{ "notes": "a", "notes": "b", "zip": 1, "zip": 2, "lead_source": "tiktok", "is_dnd": "yes",
        "tags": [1], "custom_fields": { "a/b": 1, "a/b": 2, "Plan": "x" } }"#;
    let response = post(&fixture, "handling=strict", body).await;
    let expected = [
        ("/notes", "repeated_key"),
        ("/tags/0", "wrong_type"),
        ("/is_dnd", "wrong_type"),
        ("/lead_source", "invalid_value"),
        ("/custom_fields/a~1b", "repeated_key"),
        ("/zip", "unknown_key"),
        ("/custom_fields/a~1b", "unknown_key"),
    ];
    assert_eq!(response.invalid_fields(ProblemType::InvalidFields), bad(&expected));
    for (body, named) in [
        (r#"{ "is_dnd": 1 }"#, ("/is_dnd", "wrong_type")),
        (r#"{ "is_dnd": " TRUE " }"#, ("/is_dnd", "wrong_type")),
        (r#"{ "lead_source": "" }"#, ("/lead_source", "invalid_value")),
        (r#"{ "lead_source": "\ud800" }"#, ("/lead_source", "invalid_value")),
        (r#"{ "lead_source": "API" }"#, ("/lead_source", "invalid_value")),
    ] {
        let response = post(&fixture, "handling=strict", body).await;
        assert_eq!(response.invalid_fields(ProblemType::InvalidFields), bad(&[named]), "{body}");
    }
    let body = json!({ "lead_source": "Manual", "notes": "x" });
    let response = send(&fixture, Method::PATCH, &fixture.path(), "handling=strict", body).await;
    assert_eq!(
        response.invalid_fields(ProblemType::InvalidFields),
        bad(&[("/lead_source", "invalid_value")])
    );
    assert_eq!((fixture.read().await, count(&fixture).await), (before, contacts), "something was written");
}

async fn undefined_custom_field_is_refused(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    fixture.define("Seats", CustomFieldType::Number).await;
    let (before, contacts) = (fixture.read().await, count(&fixture).await);
    let body =
        json!({ "notes": "x", "custom_fields": { "Plan": 1, "a/b": 2, "Seats": "two", "gone": null } });
    for (method, path) in [(Method::POST, "/contacts/"), (Method::PATCH, &fixture.path())] {
        let response = send(&fixture, method, path, "handling=strict", &body).await;
        let mut named = response.invalid_fields(ProblemType::InvalidFields);
        named.sort();
        let expected = [
            ("/custom_fields/Seats", "wrong_type"),
            ("/custom_fields/a~1b", "unknown_key"),
            ("/custom_fields/gone", "unknown_key"),
        ];
        assert_eq!(named, bad(&expected));
    }
    assert_eq!((fixture.read().await, count(&fixture).await), (before, contacts), "something was written");
}

async fn collision_is_refused_with_both_contacts(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let other = fixture.company.create(json!({ "email": "other@example.com" })).await;
    let before = [fixture.read().await, fixture.company.read(other).await];
    let body = json!({ "phone_number": "+14155552671", "email": "other@example.com", "notes": "both" });
    // With each of these policies a value would be dropped.
    for prefer in ["handling=strict", "handling=strict, match=phone", "match=email, handling=strict"] {
        let problem = post(&fixture, prefer, &body).await.problem(ProblemType::ContactsCollide);
        assert!(problem.errors[0].detail.contains(&fixture.id.to_string()), "{problem:#?}");
        assert!(problem.errors[1].detail.contains(&other.to_string()), "{problem:#?}");
    }
    assert_eq!([fixture.read().await, fixture.company.read(other).await], before, "nothing was written");
}

async fn normalised_values_are_accepted(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    // Normalised values are neither ignored nor coerced.
    let body = json!({
        "full_name": "jane doe", "email": "JANE@example.com", "phone_number": "(415) 555-2671",
        "tags": ["vip", "vip"], "lead_source": "manual", "is_dnd": true, "custom_fields": { "Plan": null },
    });
    let response = post(&fixture, "handling=strict, match=email, return=representation", &body).await;
    assert_eq!((response.status, response.header("location")), (200, path_of(fixture.id).as_str()));
    assert_eq!(response.header("preference-applied"), "return=representation, handling=strict");
    assert_eq!(response.json()["lead_source"], "manual");
}

async fn lenient_handling_is_the_default(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let body = json!({ "zip": 1, "is_dnd": "yes", "lead_source": "tiktok", "custom_fields": { "No": 1 } });
    for (prefer, applied) in [
        ("handling=lenient", Some("handling=lenient")),
        ("handling=lenient, handling=strict", Some("handling=lenient")),
        ("handling=Strict", None),
        ("strict", None),
    ] {
        let response = post(&fixture, prefer, &body).await;
        assert_eq!(
            (response.status, response.optional_header("preference-applied")),
            (201, applied),
            "{prefer}"
        );
        assert_eq!(response.header("ignored-fields"), r#""zip", "custom_fields.No""#);
    }
}
