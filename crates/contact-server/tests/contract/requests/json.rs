//! Bodies that are not JSON, or not an object.

use contact_model::ProblemType;
use contact_testing::{Backend, on_both_databases};
use serde_json::json;

use crate::fixture::{Fixture, agent_with_contact, send_text};
use crate::operations;

on_both_databases!(
    syntax_error_is_reported_with_line_and_column,
    every_operation_refuses_bodies_that_are_not_json_objects,
    problem_contains_the_type_of_the_body,
    white_space_and_repeated_keys_are_accepted,
    deeply_nested_bodies_are_handled,
);

async fn syntax_error_is_reported_with_line_and_column(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let before = fixture.read().await;
    for (body, line, column) in [
        (&b"{\n  \"notes\": nope\n}"[..], 2, 13),
        (b"", 1, 1),
        (b"{\"notes\": \"x\"", 1, 13),
        (b"{\"notes\": \"x\",}", 1, 15),
        (b"{\"notes\": \"x\"} trailing", 1, 16),
        (b"{'notes': 1}", 1, 2),
        (b"{\"notes\": 01}", 1, 12),
        (b"{\"notes\": NaN}", 1, 11),
        (b"\xef\xbb\xbf{}", 1, 1),
        (b"[\n\"\xff\"]", 2, 2),
    ] {
        let text = String::from_utf8_lossy(body).into_owned();
        let problem = fixture.patch_text(body).await.problem(ProblemType::InvalidJson);
        let position = format!("line {line}, column {column}");
        assert!(problem.detail.contains(&position), "{text:?}: {} is not at {position}", problem.detail);
    }
    assert_eq!(fixture.read().await, before);
}

async fn every_operation_refuses_bodies_that_are_not_json_objects(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let agent = agent_with_contact(&fixture.company, "Front desk").await;
    let before = fixture.read().await;
    let admin = fixture.admin().await;
    for operation in operations::all().iter().filter(|operation| operation.body(agent).is_some()) {
        let path = operation.path_for(fixture.id);
        for (body, expected) in [
            (&b"{"[..], ProblemType::InvalidJson),
            (b"\xff", ProblemType::InvalidJson),
            (b"{\"notes\":\"\xff\"}", ProblemType::InvalidJson),
            (b"{\"\xc3\x28\":1}", ProblemType::InvalidJson),
            (b"{\"\\ud800\":1}", ProblemType::InvalidJson),
            (b"[]", ProblemType::NotAnObject),
            (b"null", ProblemType::NotAnObject),
        ] {
            let response = send_text(&admin, operation.method.clone(), &path, body).await;
            response.problem(expected);
        }
    }
    assert_eq!(fixture.read().await, before);
}

async fn problem_contains_the_type_of_the_body(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let before = fixture.read().await;
    for (body, kind) in [
        (json!([{ "notes": "x" }]), "an array"),
        (json!(null), "null"),
        (json!("{}"), "a string"),
        (json!(7), "a number"),
        (json!(true), "a boolean"),
    ] {
        let problem = fixture.patch(body).await.problem(ProblemType::NotAnObject);
        assert!(problem.detail.contains(kind), "{}", problem.detail);
    }
    assert_eq!(fixture.read().await, before);
}

async fn white_space_and_repeated_keys_are_accepted(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let response = fixture.patch_text(" \r\n\t{ \"notes\" : 1 , \"notes\" : \"last\" } \n").await;
    assert_eq!(response.status, 200, "{response:#?}");
    assert_eq!(response.json()["notes"], "last");
    let response = fixture.patch_text(r#"{"x":1,"notes":"a","x":2,"tags":["a"],"tags":["b"]}"#).await;
    assert_eq!(response.json()["tags"], json!(["b"]));
    assert_eq!(response.header("ignored-fields"), "\"x\"");
}

async fn deeply_nested_bodies_are_handled(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let before = fixture.read().await;
    let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    let objects = |levels: usize| format!("{}1{}", r#"{"a":"#.repeat(levels), "}".repeat(levels));

    fixture.patch_text(nested(400_000)).await.problem(ProblemType::NotAnObject);
    fixture.patch_text("[".repeat(900_000)).await.problem(ProblemType::InvalidJson);
    fixture.patch_text(r#"{"a":"#.repeat(200_000)).await.problem(ProblemType::InvalidJson);
    // Values of unknown keys are ignored at any depth.
    let response = fixture.patch_text(format!(r#"{{"x":{}}}"#, nested(400_000))).await;
    assert_eq!((response.status, response.header("ignored-fields")), (200, "\"x\""));
    let response = fixture.patch_text(objects(100_000)).await;
    assert_eq!((response.status, response.header("ignored-fields")), (200, "\"a\""));
    for (key, pointer, code) in [
        ("notes", "/notes", "wrong_type"),
        ("tags", "/tags/0", "wrong_type"),
        ("is_dnd", "/is_dnd", "wrong_type"),
        ("custom_fields", "/custom_fields", "wrong_type"),
    ] {
        let found = fixture.refused_text(format!(r#"{{"{key}":{}}}"#, nested(100_000))).await;
        assert_eq!(found, crate::fixture::bad(&[(pointer, code)]));
    }
    let deep = format!(r#"{{"custom_fields":{{"Plan":{}}}}}"#, nested(100_000));
    assert_eq!(fixture.refused_text(deep).await, crate::fixture::bad(&[("/custom_fields/Plan", "too_deep")]));
    assert_eq!(fixture.read().await, before);
}
