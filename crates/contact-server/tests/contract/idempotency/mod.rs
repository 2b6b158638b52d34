//! `Idempotency-Key`: a repeated write is not executed again, and its response is replayed.

mod batches;
mod concurrency;
mod erasure;
mod every_write;
mod expiry;
mod quota;
mod refusals;
mod same_request;
mod secrets;

use contact_testing::{TestCompany, TestResponse};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use sqlx::{AssertSqlSafe, PgPool, Row, SqlitePool};

/// Returns a request with an idempotency key.
fn with_key(company: &TestCompany, method: Method, path: &str, key: &str) -> RequestBuilder {
    company.request(method, path).header("Idempotency-Key", key)
}

/// Sends a body with a key.
async fn send(company: &TestCompany, method: Method, path: &str, key: &str, body: &Value) -> TestResponse {
    company.send(with_key(company, method, path, key).json(body)).await
}

/// Returns true if the response is a replay.
fn is_replayed(response: &TestResponse) -> bool {
    match response.optional_header("idempotent-replayed") {
        None => false,
        Some(value) => {
            assert_eq!(value, "true");
            true
        }
    }
}

/// Returns a response without the headers that a replay does not have in common with it.
fn without_request_headers(response: &TestResponse) -> (u16, Vec<(String, String)>, &str) {
    let request_headers = ["x-request-id", "date", "idempotent-replayed"];
    let headers = response.headers.iter().filter(|(name, _)| !request_headers.contains(&name.as_str()));
    let mut headers: Vec<(String, String)> =
        headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    headers.sort();
    (response.status, headers, &response.body)
}

/// Asserts that `again` is a replay of `first`.
fn assert_replays(again: &TestResponse, first: &TestResponse) {
    assert!(is_replayed(again) && !is_replayed(first), "{first:#?} {again:#?}");
    assert_eq!(without_request_headers(again), without_request_headers(first));
    assert_ne!(again.header("x-request-id"), first.header("x-request-id"));
}

/// Returns the number of rows in a table of the server's database.
async fn rows(company: &TestCompany, table: &str) -> i64 {
    let statement = AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
    let url = company.server.database_url();
    if url.starts_with("sqlite:") {
        let pool = SqlitePool::connect(url).await.unwrap();
        sqlx::query(statement).fetch_one(&pool).await.unwrap().get(0)
    } else {
        let pool = PgPool::connect(url).await.unwrap();
        sqlx::query(statement).fetch_one(&pool).await.unwrap().get(0)
    }
}
