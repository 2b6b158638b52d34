//! A key sees its own company alone.

use contact_model::{CustomFieldType, ProblemType};
use contact_testing::{Backend, TestResponse, on_both_databases};
use serde_json::{Value, json};

use crate::fixture::{Fixture, UNKNOWN_ID, admin_of, agent, bad, define};
use crate::operations;

on_both_databases!(
    every_operation_keeps_other_companies_out,
    a_create_does_not_find_another_companys_contact,
    agent_of_another_company_is_not_found,
    another_companys_custom_fields_are_no_fields,
);

async fn every_operation_keeps_other_companies_out(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let stranger = admin_of(&fixture.server, &fixture.server.company().await).await;
    let strangers_agent = agent(&stranger, "Stranger").await;
    let unknown_path = UNKNOWN_ID.parse().unwrap();
    let before = fixture.read().await;

    for operation in operations::all() {
        let response = operation.send(&stranger, fixture.id, strangers_agent).await;
        if operation.is_of_contact() {
            response.problem(ProblemType::ContactNotFound);
            let of_none = operation.send(&stranger, unknown_path, strangers_agent).await;
            assert_eq!(comparable(&response), comparable(&of_none), "{}", operation.id);
        } else {
            assert!(operation.is_answered_by(&response), "{}: {response:#?}", operation.id);
            assert!(!response.body.contains(&fixture.id.to_string()), "{response:#?}");
            assert_ne!(response.optional_header("location"), Some(fixture.path().as_str()));
        }
        assert_eq!(fixture.read().await, before, "{} changed another company's contact", operation.id);
    }
}

async fn a_create_does_not_find_another_companys_contact(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let stranger = fixture.server.company().await;
    let before = fixture.read().await;
    let response = stranger
        .post(
            "/contacts/",
            json!({ "phone_number": "+14155552671", "email": "jane@example.com", "notes": "x" }),
        )
        .await;
    assert_eq!(response.status, 201);
    assert_ne!(response.header("location"), fixture.path());
    assert_eq!(fixture.read().await, before);
}

async fn agent_of_another_company_is_not_found(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let stranger = fixture.server.company().await;
    let strangers_agent = agent(&stranger, "Stranger").await;
    let before = fixture.read().await;
    for operation in operations::all().iter().filter(|operation| operation.is_of_contact()) {
        let refers = operation.body(strangers_agent).is_some_and(|body| body["agent_id"].is_string());
        if refers {
            let response = operation.send(&fixture.company, fixture.id, strangers_agent).await;
            let expected = bad(&[("/agent_id", "not_found")]);
            assert_eq!(response.bad_fields(ProblemType::InvalidFields), expected, "{}", operation.id);
        }
    }
    assert_eq!(fixture.read().await, before);
}

async fn another_companys_custom_fields_are_no_fields(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let stranger = fixture.server.company().await;
    define(&fixture.server, &stranger, "Theirs", CustomFieldType::Any, &[]).await;
    let response = fixture.patch(json!({ "custom_fields": { "Theirs": 1 } })).await;
    assert_eq!(response.header("ignored-fields"), r#""custom_fields.Theirs""#);
    assert_eq!(fixture.read().await["custom_fields"], json!({ "Plan": "gold" }));
}

/// The response without what tells one request from another.
fn comparable(response: &TestResponse) -> (u16, Value, Vec<String>) {
    let mut body = response.json();
    body.as_object_mut().unwrap().remove("request_id");
    let mut headers: Vec<String> = response.headers.keys().map(ToString::to_string).collect();
    headers.sort_unstable();
    (response.status, body, headers)
}
