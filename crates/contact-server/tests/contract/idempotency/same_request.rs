//! Which requests with the same key count as the same request.

use contact_model::ProblemType;
use contact_testing::{Backend, TestResponse, on_both_databases};
use reqwest::Method;
use serde_json::json;

use super::{assert_replays, is_replayed, rows, send, with_key};
use crate::fixture::Fixture;

on_both_databases!(
    different_request_with_the_same_key_is_refused,
    keys_are_separate_for_each_path_method_and_company,
    header_in_two_lines_equals_header_in_one_line,
    dry_run_is_neither_stored_nor_replayed,
);

/// Sends an update with the key `a` and this query, body and headers.
async fn update(fixture: &Fixture, query: &str, body: &str, headers: &[(&str, &str)]) -> TestResponse {
    let path = format!("{}{query}", fixture.path());
    let request =
        with_key(&fixture.company, Method::PATCH, &path, "a").header("Content-Type", "application/json");
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    fixture.company.send(request.body(body.to_owned())).await
}

async fn different_request_with_the_same_key_is_refused(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let body = r#"{"notes": "once"}"#;
    let first = update(&fixture, "", body, &[]).await;
    assert_eq!(first.status, 200);
    let after = fixture.read().await;
    for (query, body, headers) in [
        ("", r#"{"notes": "twice"}"#, &[][..]),
        ("", r#"{ "notes": "once"}"#, &[]),
        ("", "{", &[]),
        ("?include=updated_at", body, &[]),
        ("?include=unknown", body, &[]),
        ("", body, &[("Prefer", "return=receipt")]),
        ("", body, &[("If-Match", "*")]),
        ("", body, &[("If-Match", "\"stale\"")]),
    ] {
        let response = update(&fixture, query, body, headers).await;
        let problem = response.problem(ProblemType::KeyReused);
        assert!(
            problem.detail.starts_with("This Idempotency-Key was already used with another"),
            "{problem:#?}"
        );
        assert!(!is_replayed(&response));
    }
    // Other headers may differ.
    assert_replays(&update(&fixture, "", body, &[("X-Other", "1")]).await, &first);
    assert_eq!(fixture.read().await, after);
}

async fn keys_are_separate_for_each_path_method_and_company(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let other = fixture.company.server.company().await;
    let body = json!({ "tags": ["new"] });
    let tags = format!("{}tags/", fixture.path());
    for (company, method, path) in [
        (&fixture.company, Method::POST, "/contacts/"),
        (&other, Method::POST, "/contacts/"),
        (&fixture.company, Method::POST, &tags),
        (&fixture.company, Method::PATCH, &fixture.path()),
        (&fixture.company, Method::DELETE, &format!("{tags}new/")),
        (&fixture.company, Method::DELETE, &format!("{tags}vip/")),
    ] {
        let first = send(company, method.clone(), path, "a", &body).await;
        assert!(matches!(first.status, 200 | 201) && !is_replayed(&first), "{path}: {first:#?}");
        assert_replays(&send(company, method, path, "a", &body).await, &first);
    }
}

async fn header_in_two_lines_equals_header_in_one_line(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let one = [("Prefer", "return=receipt, handling=strict")];
    let first = update(&fixture, "", "{}", &one).await;
    let two = [("Prefer", "return=receipt"), ("Prefer", "handling=strict")];
    assert_replays(&update(&fixture, "", "{}", &two).await, &first);
    let close = [("Prefer", "return=receipt,handling=strict")];
    assert_replays(&update(&fixture, "", "{}", &close).await, &first);
}

async fn dry_run_is_neither_stored_nor_replayed(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let body = r#"{"notes": "once"}"#;
    let dry_run = [("Prefer", "tx=rollback")];
    let first = update(&fixture, "", body, &dry_run).await;
    assert_eq!((first.status, rows(&fixture.company, "stored_answers").await), (200, 0));
    let real = update(&fixture, "", body, &[]).await;
    assert!(!is_replayed(&real));
    assert_eq!(fixture.read().await["notes"], "once");
    // A dry run also ignores the request that the key was used with.
    for body in [body, r#"{"notes": "other"}"#] {
        let again = update(&fixture, "", body, &dry_run).await;
        assert!(again.status == 200 && !is_replayed(&again), "{again:#?}");
    }
    assert_replays(&update(&fixture, "", body, &[]).await, &real);
}
