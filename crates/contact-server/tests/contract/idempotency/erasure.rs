//! Stored responses about a contact are deleted when it is erased.

use contact_model::clock::{Clock, SystemClock};
use contact_model::{ProblemType, Timestamp};
use contact_testing::{Backend, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use super::{assert_replays, is_replayed, rows, send, with_key};
use crate::fixture::{Fixture, path_of};

on_both_databases!(
    erasing_a_contact_deletes_its_stored_responses,
    stored_responses_of_a_deleted_contact_are_kept_until_it_is_erased,
    erasure_is_replayed,
    stored_refusal_is_deleted_for_any_spelling_of_the_path,
);

/// Stores responses that contain the fixture's contact in different ways; returns their number.
async fn store_responses(fixture: &Fixture) -> i64 {
    let company = &fixture.company;
    let found = json!({ "email": "jane@example.com" });
    let other = json!({ "email": "other@example.com" });
    let both = json!({ "email": "other@example.com", "phone_number": "+14155552671" });
    let batch =
        json!({ "items": [{ "op": "upsert" }, { "op": "update", "id": fixture.id, "notes": "batch" }] });
    let colliding = json!({ "items": [{ "op": "upsert", "email": "other@example.com", "phone_number": "+14155552671" }] });
    let taken = json!({ "items": [{ "op": "insert", "id": fixture.id }] });
    let unrelated = [send(company, Method::POST, "/contacts/", "unrelated", &other).await.status];
    assert_eq!(unrelated, [201]);
    let mut stored = 0;
    for (method, path, prefer, body, status) in [
        (Method::POST, "/contacts/", "", &found, 200),
        (Method::PATCH, &*fixture.path(), "", &json!({ "notes": "x" }), 200),
        (Method::PATCH, &fixture.path(), "", &json!({ "notes": 1 }), 400),
        (Method::POST, "/contacts/", "match=reject", &both, 409),
        (Method::POST, "/contacts/batch/", "", &batch, 200),
        (Method::POST, "/contacts/batch/", "match=reject", &colliding, 200),
        (Method::POST, "/contacts/batch/?atomic=true", "match=reject", &colliding, 409),
        (Method::POST, "/contacts/batch/?atomic=true", "", &taken, 409),
        (Method::POST, "/contacts/batch/?atomic=true", "", &batch, 200),
        (Method::POST, &format!("{}tags/", fixture.path()), "", &json!({ "tags": ["x"] }), 200),
        (Method::DELETE, &format!("{}tags/x/", fixture.path()), "", &Value::Null, 200),
    ] {
        let request = with_key(company, method, path, &format!("key-{stored}")).header("Prefer", prefer);
        let response = company.send(request.json(body)).await;
        assert_eq!(response.status, status, "{response:#?}");
        stored += 1;
    }
    assert_eq!(rows(&fixture.company, "stored_answers").await, stored + 1);
    stored
}

async fn erasing_a_contact_deletes_its_stored_responses(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    store_responses(&fixture).await;
    assert_eq!(fixture.company.delete(&format!("{}?erase=true", fixture.path())).await.status, 204);
    assert_eq!(rows(&fixture.company, "stored_answers").await, 1, "the response about the other contact");
    let other = json!({ "email": "other@example.com" });
    assert!(is_replayed(&send(&fixture.company, Method::POST, "/contacts/", "unrelated", &other).await));
    let links = rows(&fixture.company, "stored_answer_contacts").await;
    assert_eq!(links, 1, "the link of the other contact");
    // Sending a request again is a new request.
    let update =
        send(&fixture.company, Method::PATCH, &fixture.path(), "key-1", &json!({ "notes": "x" })).await;
    update.problem(ProblemType::ContactNotFound);
}

async fn stored_responses_of_a_deleted_contact_are_kept_until_it_is_erased(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let stored = store_responses(&fixture).await;
    fixture.company.delete(&fixture.path()).await;
    assert_eq!(rows(&fixture.company, "stored_answers").await, stored + 1);
    let later = Timestamp::from_micros(SystemClock.now().as_micros() + 1_000_000).unwrap();
    assert_eq!(
        contact_server::retention::erase_all_expired(&fixture.company.server.store, later).await.unwrap(),
        1
    );
    assert_eq!(rows(&fixture.company, "stored_answers").await, 1);
}

async fn erasure_is_replayed(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let id = fixture.company.create(json!({})).await;
    let path = format!("{}?erase=true", path_of(id));
    let erase = async || fixture.company.send(with_key(&fixture.company, Method::DELETE, &path, "a")).await;
    let first = erase().await;
    assert_eq!(first.status, 204);
    assert_replays(&erase().await, &first);
    assert_eq!(rows(&fixture.company, "stored_answer_contacts").await, 0, "the response contains no contact");
    fixture.company.delete(&path).await.problem(ProblemType::ContactNotFound);

    // A receipt of the erased contact is returned only once.
    let path = format!("{}?erase=true", fixture.path());
    let erase = async || {
        let request =
            with_key(&fixture.company, Method::DELETE, &path, "b").header("Prefer", "return=receipt");
        fixture.company.send(request).await
    };
    assert!(erase().await.body.contains("jane@example.com"));
    let again = erase().await;
    assert_eq!((is_replayed(&again), again.status, &*again.body), (true, 204, ""));
}

async fn stored_refusal_is_deleted_for_any_spelling_of_the_path(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let id = fixture.id.to_string();
    let (first, rest) = id.split_at(1);
    let encoded = format!("/contacts/%{:x}{rest}/", first.as_bytes()[0]);
    for (key, path) in [("a", encoded), ("b", format!("/contacts/{}/", id.to_uppercase()))] {
        let request = with_key(&fixture.company, Method::PATCH, &path, key).header("If-Match", "\"stale\"");
        let refused = fixture.company.send(request.json(&json!({ "notes": "x" }))).await;
        refused.problem(ProblemType::PreconditionFailed);
    }
    assert_eq!(rows(&fixture.company, "stored_answers").await, 2);
    assert_eq!(fixture.company.delete(&format!("{}?erase=true", fixture.path())).await.status, 204);
    assert_eq!(rows(&fixture.company, "stored_answers").await, 0);
}
