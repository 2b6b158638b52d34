//! The header `X-Request-Id` of every response.

use contact_testing::{Backend, on_both_databases};
use reqwest::Method;
use serde_json::json;

use crate::fixture::{Fixture, UNKNOWN_ID, agent_with_contact};
use crate::operations;

on_both_databases!(
    every_response_has_a_unique_id,
    every_operation_returns_a_valid_id_and_replaces_others,
    problem_contains_the_id_of_the_client,
);

async fn every_response_has_a_unique_id(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let company = &fixture.company;
    let responses = [
        (200, company.get(&fixture.path()).await),
        (201, company.post("/contacts/", json!({})).await),
        (400, company.patch(&fixture.path(), json!({ "notes": 1 })).await),
        (401, company.with_key("x").get(&fixture.path()).await),
        (404, company.get(&format!("/contacts/{UNKNOWN_ID}/")).await),
        (404, company.get("/nowhere").await),
        (405, company.send(company.request(Method::PUT, &fixture.path())).await),
        (415, company.send(company.request(Method::PATCH, &fixture.path()).body("{}")).await),
        (413, company.post("/contacts/", json!({ "notes": "x".repeat(1024 * 1024) })).await),
        (200, company.get("/healthz").await),
        (200, company.get("/openapi.json").await),
    ];
    let mut ids = Vec::new();
    for (status, response) in &responses {
        assert_eq!(response.status, *status, "{response:#?}");
        let id = response.header("x-request-id");
        assert!(!id.is_empty() && !ids.contains(&id), "{id} is empty or not unique");
        ids.push(id);
        if *status >= 400 {
            assert_eq!(response.json()["request_id"], id);
        }
    }
}

async fn every_operation_returns_a_valid_id_and_replaces_others(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let agent = agent_with_contact(&fixture.company, "Front desk").await;
    let admin = fixture.admin().await;
    let longest = "x".repeat(64);
    let too_long = "x".repeat(65);
    for operation in operations::all() {
        for (sent, echoed) in [
            ("retry-2_of.A7", true),
            (longest.as_str(), true),
            (too_long.as_str(), false),
            ("", false),
            ("two words", false),
            ("a\"b", false),
            ("<script>", false),
            ("a,b", false),
            ("caf\u{e9}", false),
        ] {
            let request = operation.request(&admin, &operation.path_for(fixture.id), agent);
            let response = fixture.company.send(request.header("X-Request-Id", sent)).await;
            let id = response.header("x-request-id");
            assert_eq!(id == sent, echoed, "{}: {sent} was sent, {id} was returned", operation.id);
            assert!(!id.is_empty());
        }
    }
}

async fn problem_contains_the_id_of_the_client(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let request = fixture.company.request(Method::GET, "/nowhere").header("X-Request-Id", "mine-1");
    let response = fixture.company.send(request).await;
    assert_eq!(response.header("x-request-id"), "mine-1");
    assert_eq!(response.json()["request_id"], "mine-1");
}
