//! What is the same request, and what is another one.

use contact_model::ProblemType;
use contact_testing::{Answer, Backend, on_both_databases};
use reqwest::Method;
use serde_json::json;

use super::{assert_replays, is_replayed, rows, send, with_key};
use crate::stage::Stage;

on_both_databases!(
    another_request_with_the_key_is_refused,
    another_path_method_or_company_has_keys_of_its_own,
    a_header_in_two_lines_is_the_same_as_in_one,
    what_is_tried_out_is_neither_kept_nor_answered_again,
);

/// An update with whatever makes it another one.
async fn update(stage: &Stage, query: &str, body: &str, headers: &[(&str, &str)]) -> Answer {
    let path = format!("{}{query}", stage.path());
    let request =
        with_key(&stage.company, Method::PATCH, &path, "a").header("Content-Type", "application/json");
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    stage.company.send(request.body(body.to_owned())).await
}

async fn another_request_with_the_key_is_refused(backend: Backend) {
    let stage = Stage::full(backend).await;
    let body = r#"{"notes": "once"}"#;
    let first = update(&stage, "", body, &[]).await;
    assert_eq!(first.status, 200);
    let after = stage.read().await;
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
        let answer = update(&stage, query, body, headers).await;
        let problem = answer.problem(ProblemType::KeyReused);
        assert!(problem.detail.starts_with("This Idempotency-Key was already used with another"), "{problem:#?}");
        assert!(!is_replayed(&answer));
    }
    // What is not compared may differ.
    assert_replays(&update(&stage, "", body, &[("X-Other", "1")]).await, &first);
    assert_eq!(stage.read().await, after);
}

async fn another_path_method_or_company_has_keys_of_its_own(backend: Backend) {
    let stage = Stage::full(backend).await;
    let other = stage.server.company().await;
    let body = json!({ "tags": ["new"] });
    let tags = format!("{}tags/", stage.path());
    for (company, method, path) in [
        (&stage.company, Method::POST, "/contacts/"),
        (&other, Method::POST, "/contacts/"),
        (&stage.company, Method::POST, &tags),
        (&stage.company, Method::PATCH, &stage.path()),
        (&stage.company, Method::DELETE, &format!("{tags}new/")),
        (&stage.company, Method::DELETE, &format!("{tags}vip/")),
    ] {
        let first = send(company, method.clone(), path, "a", &body).await;
        assert!(matches!(first.status, 200 | 201) && !is_replayed(&first), "{path}: {first:#?}");
        assert_replays(&send(company, method, path, "a", &body).await, &first);
    }
}

async fn a_header_in_two_lines_is_the_same_as_in_one(backend: Backend) {
    let stage = Stage::full(backend).await;
    let one = [("Prefer", "return=receipt, handling=strict")];
    let first = update(&stage, "", "{}", &one).await;
    let two = [("Prefer", "return=receipt"), ("Prefer", "handling=strict")];
    assert_replays(&update(&stage, "", "{}", &two).await, &first);
    let close = [("Prefer", "return=receipt,handling=strict")];
    assert_replays(&update(&stage, "", "{}", &close).await, &first);
}

async fn what_is_tried_out_is_neither_kept_nor_answered_again(backend: Backend) {
    let stage = Stage::full(backend).await;
    let body = r#"{"notes": "once"}"#;
    let tried = [("Prefer", "tx=rollback")];
    let first = update(&stage, "", body, &tried).await;
    assert_eq!((first.status, rows(&stage.server, "stored_answers").await), (200, 0));
    let done = update(&stage, "", body, &[]).await;
    assert!(!is_replayed(&done));
    assert_eq!(stage.read().await["notes"], "once");
    // Neither is the key looked at, whatever came with it.
    for body in [body, r#"{"notes": "other"}"#] {
        let again = update(&stage, "", body, &tried).await;
        assert!(again.status == 200 && !is_replayed(&again), "{again:#?}");
    }
    assert_replays(&update(&stage, "", body, &[]).await, &done);
}
