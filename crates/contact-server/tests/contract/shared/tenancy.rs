//! A key sees its own company alone.

use contact_model::{CustomFieldType, ProblemType};
use contact_testing::{Answer, Backend, on_both_databases};
use serde_json::{Value, json};

use crate::operations;
use crate::stage::{NEVER_WAS, Stage, admin_of, agent, bad, define};

on_both_databases!(
    every_operation_keeps_other_companies_out,
    a_create_does_not_find_another_companys_contact,
    another_companys_agent_is_no_agent,
    another_companys_custom_fields_are_no_fields,
);

async fn every_operation_keeps_other_companies_out(backend: Backend) {
    let stage = Stage::full(backend).await;
    let stranger = admin_of(&stage.server, &stage.server.company().await).await;
    let strangers_agent = agent(&stranger, "Stranger").await;
    let never_was = NEVER_WAS.parse().unwrap();
    let before = stage.read().await;

    for operation in operations::all() {
        let answer = operation.send(&stranger, stage.id, strangers_agent).await;
        if operation.is_of_contact() {
            answer.problem(ProblemType::ContactNotFound);
            let of_none = operation.send(&stranger, never_was, strangers_agent).await;
            assert_eq!(comparable(&answer), comparable(&of_none), "{}", operation.id);
        } else {
            assert!(operation.is_answered_by(&answer), "{}: {answer:#?}", operation.id);
            assert!(!answer.body.contains(&stage.id.to_string()), "{answer:#?}");
            assert_ne!(answer.optional_header("location"), Some(stage.path().as_str()));
        }
        assert_eq!(stage.read().await, before, "{} changed another company's contact", operation.id);
    }
}

async fn a_create_does_not_find_another_companys_contact(backend: Backend) {
    let stage = Stage::full(backend).await;
    let stranger = stage.server.company().await;
    let before = stage.read().await;
    let answer = stranger
        .post(
            "/contacts/",
            json!({ "phone_number": "+14155552671", "email": "jane@example.com", "notes": "x" }),
        )
        .await;
    assert_eq!(answer.status, 201);
    assert_ne!(answer.header("location"), stage.path());
    assert_eq!(stage.read().await, before);
}

async fn another_companys_agent_is_no_agent(backend: Backend) {
    let stage = Stage::full(backend).await;
    let stranger = stage.server.company().await;
    let strangers_agent = agent(&stranger, "Stranger").await;
    let before = stage.read().await;
    for operation in operations::all().iter().filter(|operation| operation.is_of_contact()) {
        let refers = operation.body(strangers_agent).is_some_and(|body| body["agent_id"].is_string());
        if refers {
            let answer = operation.send(&stage.company, stage.id, strangers_agent).await;
            let expected = bad(&[("/agent_id", "not_found")]);
            assert_eq!(answer.bad_fields(ProblemType::InvalidFields), expected, "{}", operation.id);
        }
    }
    assert_eq!(stage.read().await, before);
}

async fn another_companys_custom_fields_are_no_fields(backend: Backend) {
    let stage = Stage::full(backend).await;
    let stranger = stage.server.company().await;
    define(&stage.server, &stranger, "Theirs", CustomFieldType::Any, &[]).await;
    let answer = stage.patch(json!({ "custom_fields": { "Theirs": 1 } })).await;
    assert_eq!(answer.header("ignored-fields"), r#""custom_fields.Theirs""#);
    assert_eq!(stage.read().await["custom_fields"], json!({ "Plan": "gold" }));
}

/// The answer without what tells one request from another.
fn comparable(answer: &Answer) -> (u16, Value, Vec<String>) {
    let mut body = answer.json();
    body.as_object_mut().unwrap().remove("request_id");
    let mut headers: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
    headers.sort_unstable();
    (answer.status, body, headers)
}
