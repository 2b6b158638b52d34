//! Many writes in one request.

mod atomic;
mod bodies;
mod if_match;
mod inserts;
mod items;
mod large_contacts;
mod large_responses;
mod receipts;
mod strict;

use contact_model::{ContactId, ProblemType};
use contact_testing::{TestCompany, TestResponse};
use serde_json::{Value, json};

const PATH: &str = "/contacts/batch/";

async fn send(company: &TestCompany, items: Value) -> TestResponse {
    company.post(PATH, json!({ "items": items })).await
}

async fn send_atomic(company: &TestCompany, items: Value) -> TestResponse {
    company.post(&format!("{PATH}?atomic=true"), json!({ "items": items })).await
}

/// Returns the results of the items of a successful batch.
fn results(response: &TestResponse) -> Vec<Value> {
    assert_eq!(response.status, 200, "{response:#?}");
    response.json()["results"].as_array().unwrap().clone()
}

fn statuses(results: &[Value]) -> Vec<u64> {
    results.iter().map(|result| result["status"].as_u64().unwrap()).collect()
}

fn id_of(result: &Value) -> ContactId {
    result["id"].as_str().and_then(|id| id.parse().ok()).unwrap_or_else(|| panic!("no id in {result}"))
}

/// Checks the problem of a refused item and returns its invalid fields.
fn problem(result: &Value, expected: ProblemType) -> Vec<(String, String)> {
    let problem = &result["problem"];
    assert_eq!(problem["type"], expected.uri(), "{result}");
    assert_eq!(problem["title"], expected.title());
    assert_eq!(
        (&problem["status"], &result["status"]),
        (&json!(expected.status()), &json!(expected.status()))
    );
    assert_eq!((&result["id"], result.get("ignored")), (&json!(null), None));
    assert!(problem["detail"].as_str().is_some_and(|detail| !detail.is_empty()));
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let errors = problem["errors"].as_array().cloned().unwrap_or_default();
    errors.iter().map(|error| (text(&error["pointer"]), text(&error["code"]))).collect()
}
