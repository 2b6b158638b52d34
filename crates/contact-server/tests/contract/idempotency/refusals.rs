//! Refusals are stored and replayed, except for those that do not depend on the request.

use contact_model::{CustomFieldType, ProblemType, limits};
use contact_testing::{Backend, TestResponse, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use super::{assert_replays, is_replayed, rows, send, with_key};
use crate::fixture::{Fixture, UNKNOWN_ID, agent, path_of};

on_both_databases!(
    refusal_is_replayed,
    refusal_is_replayed_after_its_reason_is_gone,
    replayed_refusal_contains_the_original_request_id,
    refusals_unrelated_to_the_request_are_not_stored,
    key_of_a_refusal_cannot_be_used_for_another_request,
    header_is_ignored_by_other_paths_and_methods,
);

async fn refusal_is_replayed(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    fixture.define("Age", CustomFieldType::Number).await;
    let (admin, desk) = (fixture.admin().await, agent(&fixture.company, "Front desk").await);
    fixture.company.put(&format!("{}active-agent/", fixture.path()), json!({ "agent_id": desk })).await;
    fixture.company.create(json!({ "email": "other@example.com" })).await;
    let both = json!({ "email": "other@example.com", "phone_number": "+14155552671" });
    let unknown = format!("/contacts/{UNKNOWN_ID}/");
    let (own, desk) = (fixture.path(), format!("/agents/{desk}/"));
    let mut stored = 0;
    for (method, path, headers, body, refused) in [
        (Method::PATCH, &*own, &[][..], "{".to_owned(), ProblemType::InvalidJson),
        (Method::PATCH, &own, &[], "[]".to_owned(), ProblemType::NotAnObject),
        (Method::PATCH, &own, &[], json!({ "tags": [1] }).to_string(), ProblemType::InvalidFields),
        (
            Method::POST,
            "/contacts/",
            &[],
            json!({ "custom_fields": { "Age": "x" } }).to_string(),
            ProblemType::InvalidFields,
        ),
        (Method::POST, "/contacts/?include=x", &[], "{}".to_owned(), ProblemType::InvalidParameter),
        (Method::PATCH, "/contacts/none/", &[], "{}".to_owned(), ProblemType::InvalidParameter),
        (Method::PATCH, &own, &[("If-Match", "none")], "{}".to_owned(), ProblemType::InvalidParameter),
        (Method::PATCH, &own, &[("If-Match", "\"stale\"")], "{}".to_owned(), ProblemType::PreconditionFailed),
        (Method::PATCH, &unknown, &[], "{}".to_owned(), ProblemType::ContactNotFound),
        (Method::DELETE, &unknown, &[], String::new(), ProblemType::ContactNotFound),
        (
            Method::POST,
            "/contacts/",
            &[("Prefer", "match=reject")],
            both.to_string(),
            ProblemType::ContactsCollide,
        ),
        (Method::DELETE, &desk, &[], String::new(), ProblemType::AgentInUse),
        (
            Method::POST,
            "/custom-fields/",
            &[],
            json!({ "name": "Age", "type": "text" }).to_string(),
            ProblemType::CustomFieldTaken,
        ),
    ] {
        let send = async || {
            let request = with_key(&admin, method.clone(), path, &format!("refusal-{stored}"));
            let request =
                headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
            admin.send(request.header("Content-Type", "application/json").body(body.clone())).await
        };
        let first = send().await;
        first.problem(refused);
        assert_replays(&send().await, &first);
        stored += 1;
        assert_eq!(rows(&fixture.company, "stored_answers").await, stored, "{refused:?}");
    }
}

async fn refusal_is_replayed_after_its_reason_is_gone(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let update = async || {
        send(
            &fixture.company,
            Method::PATCH,
            &path_of(UNKNOWN_ID.parse().unwrap()),
            "a",
            &json!({ "notes": "x" }),
        )
        .await
    };
    let first = update().await;
    first.problem(ProblemType::ContactNotFound);
    let insert = json!({ "items": [{ "op": "insert", "id": UNKNOWN_ID }] });
    assert_eq!(fixture.company.post("/contacts/batch/", insert).await.json()["results"][0]["status"], 201);
    assert_replays(&update().await, &first);
    assert_eq!(fixture.company.read(UNKNOWN_ID.parse().unwrap()).await["notes"], Value::Null);
}

async fn replayed_refusal_contains_the_original_request_id(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let update = async |id: &str| -> TestResponse {
        let request =
            with_key(&fixture.company, Method::PATCH, &fixture.path(), "a").header("X-Request-Id", id);
        fixture.company.send(request.json(&json!({ "tags": 1 }))).await
    };
    update("first").await.problem(ProblemType::InvalidFields);
    let again = update("second").await;
    assert_eq!(again.header("x-request-id"), "second");
    assert_eq!(again.json()["request_id"], "first", "the id that the log contains");
}

async fn refusals_unrelated_to_the_request_are_not_stored(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let text = async |path: &str, media_type: &str, body: Vec<u8>| {
        let request = with_key(&fixture.company, Method::POST, path, "a").header("Content-Type", media_type);
        fixture.company.send(request.body(body)).await
    };
    let small = || b"{}".to_vec();
    text("/contacts/", "text/plain", small()).await.problem(ProblemType::UnsupportedMediaType);
    let large = vec![b' '; limits::REQUEST_BODY + 1];
    text("/contacts/", "application/json", large).await.problem(ProblemType::BodyTooLarge);
    let larger = vec![b' '; limits::BATCH_BODY + 1];
    text("/contacts/", "application/json", larger).await.problem(ProblemType::BodyTooLarge);
    text("/nowhere/", "application/json", small()).await.problem(ProblemType::UnknownPath);
    let method = with_key(&fixture.company, Method::PUT, "/contacts/", "a").json(&json!({}));
    fixture.company.send(method).await.problem(ProblemType::MethodNotAllowed);
    let stranger = fixture.company.with_key("ctk_none");
    send(&stranger, Method::POST, "/contacts/", "a", &json!({})).await.problem(ProblemType::Unauthorized);
    assert_eq!(rows(&fixture.company, "stored_answers").await, 0);
    let created = text("/contacts/", "application/json", small()).await;
    assert!(created.status == 201 && !is_replayed(&created), "{created:#?}");
}

async fn key_of_a_refusal_cannot_be_used_for_another_request(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let create = async |body: Value| send(&fixture.company, Method::POST, "/contacts/", "a", &body).await;
    create(json!({ "tags": 1 })).await.problem(ProblemType::InvalidFields);
    create(json!({ "tags": ["x"] })).await.problem(ProblemType::KeyReused);
    create(json!({ "tags": 2 })).await.problem(ProblemType::KeyReused);
    let listed = fixture.company.get("/contacts/?count=true").await.json();
    assert_eq!(listed["count"], 1, "only the contact of the fixture");
}

async fn header_is_ignored_by_other_paths_and_methods(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let (own, trace) = (fixture.path(), Method::TRACE);
    for company in [&fixture.company, &fixture.company.with_key("ctk_none")] {
        for key in ["a", "two words", "\""] {
            for (method, path, refused) in [
                (Method::POST, "/healthz", ProblemType::MethodNotAllowed),
                (Method::POST, "/docs", ProblemType::MethodNotAllowed),
                (Method::PUT, &*own, ProblemType::MethodNotAllowed),
                (trace.clone(), &own, ProblemType::MethodNotAllowed),
                (Method::POST, "/nowhere", ProblemType::UnknownPath),
                (Method::PATCH, "/contacts/a/b/c/", ProblemType::UnknownPath),
            ] {
                company.send(with_key(company, method, path, key)).await.problem(refused);
            }
        }
        let read = company.send(with_key(company, Method::GET, "/healthz", "two words")).await;
        assert_eq!(read.status, 200);
    }
    assert_eq!(rows(&fixture.company, "stored_answers").await, 0);
}
