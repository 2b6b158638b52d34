//! `Idempotency-Key`: a write that is sent again is answered again, and not done again.

mod another_request;
mod batches;
mod concurrency;
mod erasing;
mod every_write;
mod kept_for_a_day;
mod quota;
mod refusals;
mod secrets;

use contact_testing::{TestCompany, TestResponse, TestServer};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use sqlx::{AssertSqlSafe, PgPool, Row, SqlitePool};

/// A request with a key, to be completed.
fn with_key(company: &TestCompany, method: Method, path: &str, key: &str) -> RequestBuilder {
    company.request(method, path).header("Idempotency-Key", key)
}

/// Sends a body with a key.
async fn send(company: &TestCompany, method: Method, path: &str, key: &str, body: &Value) -> TestResponse {
    company.send(with_key(company, method, path, key).json(body)).await
}

/// True where it was given before.
fn is_replayed(response: &TestResponse) -> bool {
    match response.optional_header("idempotent-replayed") {
        None => false,
        Some(said) => {
            assert_eq!(said, "true");
            true
        }
    }
}

/// All of a response, but for what is of each time that it is given.
fn given(response: &TestResponse) -> (u16, Vec<(String, String)>, &str) {
    let of_each = ["x-request-id", "date", "idempotent-replayed"];
    let headers = response.headers.iter().filter(|(name, _)| !of_each.contains(&name.as_str()));
    let mut headers: Vec<(String, String)> =
        headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    headers.sort();
    (response.status, headers, &response.body)
}

/// Holds that a response is another one, given again.
fn assert_replays(again: &TestResponse, first: &TestResponse) {
    assert!(is_replayed(again) && !is_replayed(first), "{first:#?} {again:#?}");
    assert_eq!(given(again), given(first));
    assert_ne!(again.header("x-request-id"), first.header("x-request-id"));
}

/// How many rows a table of the database behind a server has.
async fn rows(server: &TestServer, table: &str) -> i64 {
    let statement = AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
    let url = server.database_url();
    if url.starts_with("sqlite:") {
        let pool = SqlitePool::connect(url).await.unwrap();
        sqlx::query(statement).fetch_one(&pool).await.unwrap().get(0)
    } else {
        let pool = PgPool::connect(url).await.unwrap();
        sqlx::query(statement).fetch_one(&pool).await.unwrap().get(0)
    }
}
