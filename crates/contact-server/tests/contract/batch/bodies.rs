//! The body of a batch as a whole, and its parameter.

use contact_model::ProblemType;
use contact_testing::{Backend, on_both_databases};
use serde_json::json;

use super::PATH;
use crate::fixture::{Fixture, bad, send_text};
use crate::raw_connection::RawConnection;

on_both_databases!(
    invalid_body_refuses_the_batch,
    a_batch_may_be_larger_than_other_bodies,
    atomic_accepts_only_true_or_false,
);

async fn invalid_body_refuses_the_batch(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let before = fixture.read().await;
    let update = json!({ "op": "update", "id": fixture.id, "notes": "lost" });
    for (body, code) in [
        (json!({}), "required"),
        (json!({ "items": [] }), "required"),
        (json!({ "items": null }), "null_not_allowed"),
        (json!({ "items": update }), "wrong_type"),
        (json!({ "items": vec![update.clone(); 1_001] }), "too_many"),
    ] {
        for path in [PATH.to_owned(), format!("{PATH}?atomic=true")] {
            let response = fixture.company.post(&path, body.clone()).await;
            assert_eq!(response.invalid_fields(ProblemType::InvalidFields), bad(&[("/items", code)]));
        }
    }
    fixture.company.post(PATH, json!([update])).await.problem(ProblemType::NotAnObject);
    let cut = format!("{{\"items\":[{update}");
    send_text(&fixture.company, reqwest::Method::POST, PATH, cut).await.problem(ProblemType::InvalidJson);
    assert_eq!(fixture.read().await, before);
}

async fn a_batch_may_be_larger_than_other_bodies(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let limit = 16 * 1024 * 1024;
    let body = |bytes: usize, notes: &str| {
        let items = json!({ "items": [{ "op": "update", "id": fixture.id, "notes": notes }] });
        let mut body = items.to_string().into_bytes();
        body.resize(bytes, b' ');
        body
    };
    let mut connection = RawConnection::open(&fixture.company).await;
    let (status, _) = connection.send("POST", PATH, &body(limit, "fits")).await;
    assert_eq!((status, &fixture.read().await["notes"]), (200, &json!("fits")));
    let (status, text) = connection.send("POST", PATH, &body(limit + 1, "too large")).await;
    assert_eq!(status, 413, "{text}");
    assert!(text.contains("at most 16777216 bytes"), "{text}");
    let (status, _) = connection.send_chunked("POST", PATH, &body(limit + 1, "too large")).await;
    assert_eq!(status, 413);
    let (status, text) = connection.send("POST", "/contacts/", &body(limit, "too large")).await;
    assert_eq!(status, 413, "{text}");
    assert!(text.contains("at most 1048576 bytes"), "{text}");
    assert_eq!(fixture.read().await["notes"], "fits");
}

async fn atomic_accepts_only_true_or_false(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let items = json!({ "items": [{ "op": "update", "id": fixture.id, "notes": "x" }, 7] });
    for (atomic, status) in [("false", 200), ("FALSE", 200), ("True", 400)] {
        let response = fixture.company.post(&format!("{PATH}?atomic={atomic}"), items.clone()).await;
        assert_eq!(response.status, status, "{atomic}");
    }
    for atomic in ["", "1", "yes"] {
        let response = fixture.company.post(&format!("{PATH}?atomic={atomic}"), items.clone()).await;
        assert_eq!(
            response.invalid_fields(ProblemType::InvalidParameter),
            bad(&[("atomic", "invalid_value")])
        );
    }
}
