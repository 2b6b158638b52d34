//! Authentication by the API key in the header `Authorization`.

use contact_model::{Access, ApiKey, ProblemType};
use contact_testing::{Backend, TestCompany, TestResponse, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::fixture::{Fixture, agent_with_contact};
use crate::operations;

on_both_databases!(
    every_operation_needs_a_valid_key,
    all_invalid_keys_get_the_same_response,
    key_is_checked_before_the_request,
    read_key_can_read_but_not_write,
    write_key_cannot_manage_the_company,
    admin_key_can_use_every_operation,
);

async fn every_operation_needs_a_valid_key(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    let agent = agent_with_contact(&fixture.company, "Front desk").await;
    let admin = fixture.admin().await;
    let expired = fixture
        .company
        .server
        .key(fixture.company.id, Access::Admin, Some("2020-01-01T00:00:00Z".parse().unwrap()))
        .await;
    let revoked = admin.post("/api-keys/", json!({ "access": "admin" })).await.json();
    admin.delete(&format!("/api-keys/{}/", revoked["id"].as_str().unwrap())).await;
    let keys = ["ctk_none", &expired, revoked["key"].as_str().unwrap()];
    let before = fixture.read().await;
    for operation in operations::all() {
        let url = format!("{}{}", fixture.company.server.url, operation.path_for(fixture.id));
        let request = reqwest::Client::new().request(operation.method.clone(), url);
        let request = match operation.body(agent) {
            Some(body) => request.json(&body),
            None => request,
        };
        let response = fixture.company.send(request).await;
        response.problem(ProblemType::Unauthorized);
        for key in keys {
            let response = operation.send(&fixture.company.with_key(key), fixture.id, agent).await;
            response.problem(ProblemType::Unauthorized);
        }
    }
    assert_eq!(fixture.read().await, before);
}

async fn all_invalid_keys_get_the_same_response(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    let unknown = ApiKey::from_random(rand::random()).reveal().to_owned();
    let mistyped = {
        let (beginning, last) = fixture.company.key.split_at(fixture.company.key.len() - 1);
        format!("{beginning}{}", if last == "x" { "y" } else { "x" })
    };
    let expired = {
        let past = "2020-01-01T00:00:00Z".parse().unwrap();
        fixture.company.server.key(fixture.company.id, Access::Write, Some(past)).await
    };
    let mut responses = vec![
        fixture
            .company
            .send(reqwest::Client::new().get(format!("{}{}", fixture.company.server.url, fixture.path())))
            .await,
    ];
    let wrong_scheme = format!("Basic {}", fixture.company.key);
    let other_case = fixture.company.key.to_ascii_lowercase();
    let two_keys = format!("{0}, {0}", fixture.company.key);
    for key in [&unknown, &mistyped, &expired, "", "x", "Bearer", &wrong_scheme, &other_case, &two_keys] {
        responses.push(fixture.company.with_key(key).get(&fixture.path()).await);
    }
    let first = body_without_request_id(&responses[0]);
    for response in &responses {
        response.problem(ProblemType::Unauthorized);
        assert_eq!(response.header("www-authenticate"), "Bearer realm=\"contacts\"");
        assert_eq!(body_without_request_id(response), first);
    }
}

async fn key_is_checked_before_the_request(backend: Backend) {
    let stranger = TestCompany::start(backend).await.with_key("ctk_unknown");
    for path in ["/contacts/no-uuid/", "/contacts/?include=nonsense"] {
        let method = if path.contains("no-uuid") { Method::PATCH } else { Method::POST };
        let response = stranger.send(stranger.request(method, path).body("no JSON")).await;
        response.problem(ProblemType::Unauthorized);
    }
}

async fn read_key_can_read_but_not_write(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let agent = agent_with_contact(&fixture.company, "Front desk").await;
    let reader = fixture.company.with_access(Access::Read).await;
    let before = fixture.read().await;
    for operation in operations::all() {
        let response = operation.send(&reader, fixture.id, agent).await;
        if operation.writes() || operation.needs_admin() {
            let problem = response.problem(ProblemType::Forbidden);
            assert!(problem.detail.contains("read access"), "{problem:?}");
        } else {
            assert!(matches!(response.status, 200 | 204), "{}: {response:#?}", operation.id);
        }
    }
    assert_eq!(reader.read(fixture.id).await, before);
}

async fn write_key_cannot_manage_the_company(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let agent = agent_with_contact(&fixture.company, "Front desk").await;
    let admin = fixture.admin().await;
    let read = async || [admin.get("/custom-fields/").await.json(), admin.get("/api-keys/").await.json()];
    let before = read().await;
    for operation in operations::all() {
        let response = operation.send(&fixture.company, fixture.id, agent).await;
        if operation.needs_admin() {
            let problem = response.problem(ProblemType::Forbidden);
            assert!(problem.detail.contains("needs a key with admin access"), "{problem:?}");
        } else {
            assert!(operation.expects(&response), "{}: {response:#?}", operation.id);
        }
    }
    assert_eq!(read().await, before);
}

async fn admin_key_can_use_every_operation(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let agent = agent_with_contact(&fixture.company, "Front desk").await;
    let admin = fixture.company.with_access(Access::Admin).await;
    for operation in operations::all() {
        let response = operation.send(&admin, fixture.id, agent).await;
        assert!(operation.expects(&response), "{}: {response:#?}", operation.id);
    }
}

/// Returns the body without the request ID.
fn body_without_request_id(response: &TestResponse) -> Value {
    let mut body = response.json();
    body.as_object_mut().unwrap().remove("request_id").expect("every problem has a request ID");
    body
}
