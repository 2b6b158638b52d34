//! The largest possible response to a batch.

use contact_model::{ProblemType, limits};
use contact_testing::{Backend, TestResponse, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use super::{PATH, results, statuses};
use crate::fixture::Fixture;

on_both_databases!(
    batch_with_a_response_over_the_limit_is_refused,
    contacts_that_are_not_returned_do_not_count,
    values_before_the_change_count_in_receipts,
    invalid_fields_beyond_the_listed_ones_are_counted,
);

/// A contact with the largest possible notes.
async fn fixture(backend: Backend) -> Fixture {
    let fixture = Fixture::full(backend).await;
    let notes = "\u{1f600}".repeat(limits::NOTES);
    assert_eq!(fixture.patch(json!({ "notes": notes })).await.status, 200);
    fixture
}

/// Returns `count` items that each change the contact.
fn changes(fixture: &Fixture, count: usize) -> Vec<Value> {
    let update = |n| json!({ "op": "update", "id": fixture.id, "is_dnd": n % 2 == 0 });
    (0..count).map(update).collect()
}

async fn send(fixture: &Fixture, query: &str, headers: &[(&str, &str)], items: Vec<Value>) -> TestResponse {
    let request = fixture.company.request(Method::POST, &format!("{PATH}{query}"));
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    fixture.company.send(request.json(&json!({ "items": items }))).await
}

const CONTACT: (&str, &str) = ("Prefer", "return=representation");
const RECEIPT: (&str, &str) = ("Prefer", "return=receipt");
const KEY: (&str, &str) = ("Idempotency-Key", "a");

async fn batch_with_a_response_over_the_limit_is_refused(backend: Backend) {
    let fixture = fixture(backend).await;
    let before = fixture.company.get(&fixture.path()).await;
    let most = limits::RESPONSE / (4 * limits::NOTES);
    let most_with_key = limits::KEYED_BATCH_RESPONSE / (4 * limits::NOTES);
    for (query, headers, most) in [
        ("", &[CONTACT][..], most),
        ("", &[CONTACT, KEY], most_with_key),
        ("?atomic=true", &[CONTACT], most),
        ("?atomic=true", &[CONTACT, ("Idempotency-Key", "b")], most_with_key),
    ] {
        let mut items = vec![json!({ "op": "insert", "notes": "lost" })];
        items.extend(changes(&fixture, most + 1));
        let response = send(&fixture, query, headers, items).await;
        let problem = response.problem(ProblemType::ResponseTooLarge);
        assert!(problem.detail.contains("Send fewer items"), "{problem:#?}");
        assert_eq!(fixture.company.get(&fixture.path()).await.header("etag"), before.header("etag"));
    }
    let listed = fixture.company.get("/contacts/?count=true&page_size=1").await.json();
    assert_eq!(listed["count"], 1, "only the contact of the fixture");
    // The key is not used up.
    let fewer = send(&fixture, "", &[CONTACT, KEY], changes(&fixture, most_with_key - 1)).await;
    assert_eq!(statuses(&results(&fewer)).len(), most_with_key - 1);
    assert!(fewer.body.len() < limits::KEYED_BATCH_RESPONSE);
}

async fn contacts_that_are_not_returned_do_not_count(backend: Backend) {
    let fixture = fixture(backend).await;
    for (query, headers) in
        [("", &[][..]), ("", &[KEY]), ("?atomic=true", &[]), ("?atomic=true", &[("Idempotency-Key", "b")])]
    {
        let response = send(&fixture, query, headers, changes(&fixture, limits::BATCH_ITEMS)).await;
        assert!(results(&response).iter().all(|item| item == &json!({ "status": 200, "id": fixture.id })));
    }
}

async fn values_before_the_change_count_in_receipts(backend: Backend) {
    let fixture = fixture(backend).await;
    let most = limits::RESPONSE / (4 * limits::NOTES) / 3;
    send(&fixture, "", &[RECEIPT], changes(&fixture, most + 1)).await.problem(ProblemType::ResponseTooLarge);
    let fewer = results(&send(&fixture, "", &[RECEIPT], changes(&fixture, most - 1)).await);
    assert_eq!(fewer[1]["receipt"]["changed"], json!({ "is_dnd": { "before": true, "after": false } }));
}

async fn invalid_fields_beyond_the_listed_ones_are_counted(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    // Only the database knows that these are invalid.
    let fields: Value = (0..100).map(|n| (format!("No {n}"), json!(n))).collect();
    let items = vec![json!({ "op": "upsert", "custom_fields": fields }); 300];
    let refused = results(&send(&fixture, "", &[("Prefer", "handling=strict")], items).await);
    let listed = |item: &Value| item["problem"]["errors"].as_array().map_or(0, Vec::len);
    assert_eq!(refused.iter().map(listed).sum::<usize>(), limits::BATCH_VIOLATIONS);
    assert_eq!((listed(&refused[0]), listed(&refused[299])), (100, 0));
    assert_eq!(refused[299]["problem"]["detail"], "100 fields are invalid; nothing was written.");
}
