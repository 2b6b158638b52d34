//! How much the answer to a batch may show.

use contact_model::{ProblemType, limits};
use contact_testing::{Answer, Backend, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use super::{PATH, results, statuses};
use crate::stage::Stage;

on_both_databases!(
    a_batch_that_would_show_too_much_is_refused_as_a_whole,
    what_is_not_shown_is_not_counted,
    a_receipt_counts_what_was_before_too,
    bad_fields_beyond_those_that_are_listed_are_counted,
);

/// The stage's contact has notes of the most characters, each of the most bytes.
async fn stage(backend: Backend) -> Stage {
    let stage = Stage::full(backend).await;
    let notes = "\u{1f600}".repeat(limits::NOTES);
    assert_eq!(stage.patch(json!({ "notes": notes })).await.status, 200);
    stage
}

/// Changes the contact so often.
fn changes(stage: &Stage, count: usize) -> Vec<Value> {
    let update = |n| json!({ "op": "update", "id": stage.id, "is_dnd": n % 2 == 0 });
    (0..count).map(update).collect()
}

async fn send(stage: &Stage, query: &str, headers: &[(&str, &str)], items: Vec<Value>) -> Answer {
    let request = stage.company.request(Method::POST, &format!("{PATH}{query}"));
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    stage.company.send(request.json(&json!({ "items": items }))).await
}

const CONTACT: (&str, &str) = ("Prefer", "return=representation");
const RECEIPT: (&str, &str) = ("Prefer", "return=receipt");
const KEY: (&str, &str) = ("Idempotency-Key", "a");

async fn a_batch_that_would_show_too_much_is_refused_as_a_whole(backend: Backend) {
    let stage = stage(backend).await;
    let before = stage.company.get(&stage.path()).await;
    let most = limits::BATCH_ANSWER / (4 * limits::NOTES);
    let most_with_key = limits::KEYED_BATCH_ANSWER / (4 * limits::NOTES);
    for (query, headers, most) in [
        ("", &[CONTACT][..], most),
        ("", &[CONTACT, KEY], most_with_key),
        ("?atomic=true", &[CONTACT], most),
        ("?atomic=true", &[CONTACT, ("Idempotency-Key", "b")], most_with_key),
    ] {
        let mut items = vec![json!({ "op": "insert", "notes": "lost" })];
        items.extend(changes(&stage, most + 1));
        let answer = send(&stage, query, headers, items).await;
        let problem = answer.problem(ProblemType::AnswerTooLarge);
        assert!(problem.detail.contains("Send fewer items"), "{problem:#?}");
        assert_eq!(stage.company.get(&stage.path()).await.header("etag"), before.header("etag"));
    }
    let listed = stage.company.get("/contacts/?count=true&page_size=1").await.json();
    assert_eq!(listed["count"], 1, "the stage's own");
    // The key is not used up.
    let fewer = send(&stage, "", &[CONTACT, KEY], changes(&stage, most_with_key - 1)).await;
    assert_eq!(statuses(&results(&fewer)).len(), most_with_key - 1);
    assert!(fewer.body.len() < limits::KEYED_BATCH_ANSWER);
}

async fn what_is_not_shown_is_not_counted(backend: Backend) {
    let stage = stage(backend).await;
    for (query, headers) in
        [("", &[][..]), ("", &[KEY]), ("?atomic=true", &[]), ("?atomic=true", &[("Idempotency-Key", "b")])]
    {
        let answer = send(&stage, query, headers, changes(&stage, limits::BATCH_ITEMS)).await;
        assert!(results(&answer).iter().all(|item| item == &json!({ "status": 200, "id": stage.id })));
    }
}

async fn a_receipt_counts_what_was_before_too(backend: Backend) {
    let stage = stage(backend).await;
    let most = limits::BATCH_ANSWER / (4 * limits::NOTES) / 3;
    send(&stage, "", &[RECEIPT], changes(&stage, most + 1)).await.problem(ProblemType::AnswerTooLarge);
    let fewer = results(&send(&stage, "", &[RECEIPT], changes(&stage, most - 1)).await);
    assert_eq!(fewer[1]["receipt"]["changed"], json!({ "is_dnd": { "before": true, "after": false } }));
}

async fn bad_fields_beyond_those_that_are_listed_are_counted(backend: Backend) {
    let stage = Stage::full(backend).await;
    // These are known to be bad in the database alone.
    let fields: Value = (0..100).map(|n| (format!("No {n}"), json!(n))).collect();
    let items = vec![json!({ "op": "upsert", "custom_fields": fields }); 300];
    let refused = results(&send(&stage, "", &[("Prefer", "handling=strict")], items).await);
    let listed = |item: &Value| item["problem"]["errors"].as_array().map_or(0, Vec::len);
    assert_eq!(refused.iter().map(listed).sum::<usize>(), limits::BATCH_VIOLATIONS);
    assert_eq!((listed(&refused[0]), listed(&refused[299])), (100, 0));
    assert_eq!(refused[299]["problem"]["detail"], "100 fields are invalid; nothing was written.");
}
