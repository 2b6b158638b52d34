//! How much a batch may change in one transaction.

use contact_model::{ProblemType, limits};
use contact_testing::{Backend, TestCompany, TestResponse, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use super::{PATH, results};
use crate::fixture::path_of;

on_both_databases!(too_many_large_contacts_in_one_transaction_are_refused);

/// So many contacts with the largest possible notes are too large for one transaction.
const TOO_MANY: usize = limits::SINGLE_TRANSACTION_BATCH_CONTACTS / (4 * limits::NOTES) + 1;

async fn send(company: &TestCompany, query: &str, headers: &[(&str, &str)], items: &[Value]) -> TestResponse {
    let request = company.request(Method::POST, &format!("{PATH}{query}"));
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    company.send(request.json(&json!({ "items": items }))).await
}

async fn too_many_large_contacts_in_one_transaction_are_refused(backend: Backend) {
    let company = TestCompany::start(backend).await;
    let insert = json!({ "op": "insert", "notes": "\u{1f600}".repeat(limits::NOTES) });
    let per_request = limits::BATCH_BODY / (5 * limits::NOTES);
    let mut items: Vec<Value> = Vec::new();
    while items.len() < TOO_MANY {
        let inserts = vec![insert.clone(); per_request.min(TOO_MANY - items.len())];
        let inserted = results(&send(&company, "", &[], &inserts).await);
        items.extend(inserted.iter().map(|item| json!({ "op": "update", "id": item["id"], "is_dnd": true })));
    }
    let first = path_of(items[0]["id"].as_str().unwrap().parse().unwrap());
    let tag = company.get(&first).await.header("etag").to_owned();
    for (query, headers) in [
        ("?atomic=true", &[][..]),
        ("", &[("Idempotency-Key", "a")]),
        ("?atomic=true", &[("Prefer", "tx=rollback")]),
    ] {
        let refused = send(&company, query, headers, &items).await;
        let problem = refused.problem(ProblemType::BatchTooLarge);
        assert!(problem.detail.contains("Send fewer items"), "{problem:#?}");
    }
    assert_eq!(company.get(&first).await.header("etag"), tag, "nothing was written");
    // Fewer of them fit, and so do all of them in several transactions.
    assert_eq!(send(&company, "", &[("Idempotency-Key", "a")], &items[..TOO_MANY / 2]).await.status, 200);
    let changed = results(&send(&company, "", &[], &items).await);
    assert!(changed.iter().all(|item| item["status"] == 200));
}
