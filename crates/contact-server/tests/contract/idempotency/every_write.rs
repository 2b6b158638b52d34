//! Rules for every operation that writes.

use contact_model::ProblemType;
use contact_testing::{Backend, TestCompany, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use super::{assert_replays, is_replayed, rows, send, with_key};
use crate::fixture::{Fixture, UNKNOWN_ID, agent_with_contact, bad};
use crate::operations::{self, Operation};

on_both_databases!(
    every_repeated_write_is_replayed,
    replay_ignores_later_changes,
    reads_ignore_the_key,
    nothing_is_stored_without_a_key,
    malformed_key_is_a_400,
    quoted_and_bare_key_are_equal,
    missing_access_takes_precedence_over_replay,
);

/// Returns the path of an existing object for an operation on it.
async fn path_of(operation: &Operation, fixture: &Fixture, admin: &TestCompany) -> String {
    let path = operation.path_for(fixture.id);
    let named = json!({ "name": operation.id, "type": "text" });
    for (parameter, collection, body) in [
        ("{agent_id}", "/agents/", &named),
        ("{custom_field_id}", "/custom-fields/", &named),
        ("{api_key_id}", "/api-keys/", &named),
        ("{webhook_id}", "/webhooks/", &json!({ "url": "https://example.com/", "active": false })),
    ] {
        if operation.path.contains(parameter) {
            let created = admin.post(collection, body.clone()).await;
            assert_eq!(created.status, 201, "{created:#?}");
            return path.replace(UNKNOWN_ID, created.json()["id"].as_str().unwrap());
        }
    }
    path
}

async fn every_repeated_write_is_replayed(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let (admin, desk) = (fixture.admin().await, agent_with_contact(&fixture.company, "Front desk").await);
    let mut written = 0;
    for operation in operations::all().into_iter().filter(Operation::writes) {
        let path = path_of(&operation, &fixture, &admin).await;
        let body = operation.body(desk);
        let send = async || {
            let request = with_key(&admin, operation.method.clone(), &path, &operation.id);
            let request = request.header("Prefer", "return=receipt, handling=strict");
            admin.send(body.iter().fold(request, |request, body| request.json(body))).await
        };
        let first = send().await;
        assert!(matches!(first.status, 200 | 201 | 204), "{}: {first:#?}", operation.id);
        for _ in 0..2 {
            assert_replays(&send().await, &first);
        }
        written += 1;
        assert_eq!(rows(&fixture.company, "stored_answers").await, written, "{}", operation.id);
    }
    assert!(written >= 16, "{written}");
}

async fn replay_ignores_later_changes(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let path = fixture.path();
    let update =
        async || send(&fixture.company, Method::PATCH, &path, "a", &json!({ "notes": "keyed" })).await;
    let first = update().await;
    assert_eq!(first.json()["notes"], "keyed");
    fixture.patch(json!({ "notes": "later" })).await;
    assert_replays(&update().await, &first);
    assert_eq!(fixture.read().await["notes"], "later", "the update was not repeated");
    fixture.company.delete(&path).await;
    assert_replays(&update().await, &first);
}

async fn reads_ignore_the_key(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    for key in ["a", "", "two words"] {
        for notes in ["before", "after"] {
            fixture.patch(json!({ "notes": notes })).await;
            let response =
                fixture.company.send(with_key(&fixture.company, Method::GET, &fixture.path(), key)).await;
            assert_eq!((response.status, response.json()["notes"].as_str()), (200, Some(notes)));
            assert!(!is_replayed(&response));
        }
    }
    assert_eq!(rows(&fixture.company, "stored_answers").await, 0);
}

async fn nothing_is_stored_without_a_key(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let (admin, desk) = (fixture.admin().await, agent_with_contact(&fixture.company, "Front desk").await);
    for operation in operations::all() {
        for _ in 0..2 {
            let response = operation.send(&admin, fixture.id, desk).await;
            assert!(!is_replayed(&response), "{response:#?}");
        }
    }
    assert_eq!(rows(&fixture.company, "stored_answers").await, 0);
}

async fn malformed_key_is_a_400(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let before = fixture.read().await;
    for key in ["", "two words", "\"never ends", "\"a\"; b", &"x".repeat(256)] {
        let response =
            send(&fixture.company, Method::PATCH, &fixture.path(), key, &json!({ "notes": "lost" })).await;
        let fields = response.invalid_fields(ProblemType::InvalidParameter);
        assert_eq!(fields, bad(&[("Idempotency-Key", "invalid_value")]), "{key}");
    }
    let twice =
        with_key(&fixture.company, Method::PATCH, &fixture.path(), "a").header("Idempotency-Key", "b");
    let response = fixture.company.send(twice.json(&json!({ "notes": "lost" }))).await;
    assert!(
        response.problem(ProblemType::InvalidParameter).detail.starts_with("Idempotency-Key takes one key")
    );
    assert_eq!(fixture.read().await, before);
}

async fn quoted_and_bare_key_are_equal(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let create = async |key: &str| send(&fixture.company, Method::POST, "/contacts/", key, &json!({})).await;
    let first = create("018bab2f-5d60-7c31").await;
    assert_replays(&create("\"018bab2f-5d60-7c31\"").await, &first);
    let slashless = send(&fixture.company, Method::POST, "/contacts", "018bab2f-5d60-7c31", &json!({})).await;
    assert_replays(&slashless, &first);
}

async fn missing_access_takes_precedence_over_replay(backend: Backend) {
    use contact_model::Access;

    let fixture = Fixture::full(backend).await;
    let admin = fixture.admin().await;
    let reader = fixture.company.with_access(Access::Read).await;
    let body: Value = json!({ "name": "Plan B", "type": "text" });
    let create =
        async |company: &TestCompany, path: &str| send(company, Method::POST, path, "a", &body).await;
    assert_eq!(create(&admin, "/custom-fields/").await.status, 201);
    create(&fixture.company, "/custom-fields/").await.problem(ProblemType::Forbidden);
    assert_eq!(create(&admin, "/agents/").await.status, 201);
    create(&reader, "/agents/").await.problem(ProblemType::Forbidden);
    create(&reader.with_key("ctk_none"), "/agents/").await.problem(ProblemType::Unauthorized);
    assert!(
        is_replayed(&create(&fixture.company, "/agents/").await),
        "idempotency keys belong to the company, not to an API key"
    );
}
