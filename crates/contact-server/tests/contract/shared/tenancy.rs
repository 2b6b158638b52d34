//! A key can access only its own company.

use contact_model::{Access, CustomFieldType, ProblemType};
use contact_testing::{Backend, TestResponse, on_both_databases};
use serde_json::{Value, json};

use crate::fixture::{Fixture, UNKNOWN_ID, agent_with_contact, bad, define};
use crate::operations;

on_both_databases!(
    no_operation_can_access_another_company,
    create_does_not_match_a_contact_of_another_company,
    agent_of_another_company_is_not_found,
    custom_fields_of_another_company_are_unknown,
);

async fn no_operation_can_access_another_company(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let stranger = fixture.company.server.company().await.with_access(Access::Admin).await;
    let strangers_agent = agent_with_contact(&stranger, "Stranger").await;
    let unknown_id = UNKNOWN_ID.parse().unwrap();
    let before = fixture.read().await;

    for operation in operations::all() {
        let response = operation.send(&stranger, fixture.id, strangers_agent).await;
        if operation.has_contact_id() {
            response.problem(ProblemType::ContactNotFound);
            let of_unknown = operation.send(&stranger, unknown_id, strangers_agent).await;
            assert_eq!(comparable(&response), comparable(&of_unknown), "{}", operation.id);
        } else {
            assert!(operation.expects(&response), "{}: {response:#?}", operation.id);
            assert!(!response.body.contains(&fixture.id.to_string()), "{response:#?}");
            assert_ne!(response.optional_header("location"), Some(fixture.path().as_str()));
        }
        assert_eq!(fixture.read().await, before, "{} changed another company's contact", operation.id);
    }
}

async fn create_does_not_match_a_contact_of_another_company(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let stranger = fixture.company.server.company().await;
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
    let stranger = fixture.company.server.company().await;
    let strangers_agent = agent_with_contact(&stranger, "Stranger").await;
    let before = fixture.read().await;
    for operation in operations::all().iter().filter(|operation| operation.has_contact_id()) {
        let refers_to_agent =
            operation.body(strangers_agent).is_some_and(|body| body["agent_id"].is_string());
        if refers_to_agent {
            let response = operation.send(&fixture.company, fixture.id, strangers_agent).await;
            let expected = bad(&[("/agent_id", "not_found")]);
            assert_eq!(response.invalid_fields(ProblemType::InvalidFields), expected, "{}", operation.id);
        }
    }
    assert_eq!(fixture.read().await, before);
}

async fn custom_fields_of_another_company_are_unknown(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let stranger = fixture.company.server.company().await;
    define(&stranger, "Foreign", CustomFieldType::Any, &[]).await;
    let response = fixture.patch(json!({ "custom_fields": { "Foreign": 1 } })).await;
    assert_eq!(response.header("ignored-fields"), r#""custom_fields.Foreign""#);
    assert_eq!(fixture.read().await["custom_fields"], json!({ "Plan": "gold" }));
}

/// Returns a response without the parts that differ from request to request.
fn comparable(response: &TestResponse) -> (u16, Value, Vec<String>) {
    let mut body = response.json();
    body.as_object_mut().unwrap().remove("request_id");
    let mut headers: Vec<String> = response.headers.keys().map(ToString::to_string).collect();
    headers.sort_unstable();
    (response.status, body, headers)
}
