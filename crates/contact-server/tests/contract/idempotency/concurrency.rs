//! Of concurrent requests with the same key only one is executed, on any number of servers.

use std::sync::Arc;

use contact_model::ProblemType;
use contact_testing::{Backend, TestResponse, TestServer, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{Connection, Executor, PgConnection};
use tokio::task::JoinSet;

use super::{assert_replays, is_replayed, rows, send, without_request_headers};
use crate::fixture::{Fixture, servers};

on_both_databases!(
    one_of_many_concurrent_requests_is_executed,
    concurrent_requests_with_different_keys_are_independent,
    refusal_of_concurrent_requests_is_stored_once,
);

/// Requests that are sent at once.
const REQUESTS: usize = 40;
/// Rounds with different keys, because a race does not show every time.
const ROUNDS: usize = 5;

/// Sends requests with these keys and bodies at once, distributed over the servers.
async fn send_at_once(
    servers: &[Arc<TestServer>],
    company: &contact_testing::TestCompany,
    keys_and_bodies: impl Iterator<Item = (String, Value)>,
) -> Vec<(String, TestResponse)> {
    let mut requests = JoinSet::new();
    for (number, (key, body)) in keys_and_bodies.enumerate() {
        let company = servers[number % servers.len()].seen_by(company);
        requests.spawn(async move {
            let response = send(&company, Method::POST, "/contacts/", &key, &body).await;
            (key, response)
        });
    }
    requests.join_all().await
}

/// Asserts that one request was executed, and that every other response is its replay or a 409 because it was
/// still running. Returns the response of the executed request.
fn assert_executed_once(responses: Vec<TestResponse>, backend: Backend) -> TestResponse {
    let (running, completed): (Vec<_>, Vec<_>) =
        responses.into_iter().partition(|response| response.status == 409);
    for response in &running {
        response.problem(ProblemType::StillRunning);
        assert_eq!(backend, Backend::Postgres, "SQLite has one writer, so the second request waits");
    }
    let (again, first): (Vec<_>, Vec<_>) = completed.into_iter().partition(is_replayed);
    assert_eq!(first.len(), 1, "{first:#?}");
    let [first] = <[TestResponse; 1]>::try_from(first).unwrap();
    again
        .iter()
        .for_each(|again| assert_eq!(without_request_headers(again), without_request_headers(&first)));
    first
}

async fn one_of_many_concurrent_requests_is_executed(backend: Backend) {
    let servers = servers(backend).await;
    let company = servers[0].company().await;
    for round in 0..ROUNDS {
        let key = format!("round-{round}");
        let sent = (0..REQUESTS).map(|_| (key.clone(), json!({ "notes": key })));
        let responses = send_at_once(&servers, &company, sent).await;
        let first =
            assert_executed_once(responses.into_iter().map(|(_, response)| response).collect(), backend);
        assert_eq!(first.status, 201);
        let count = company.get("/contacts/?count=true").await.json()["count"].clone();
        assert_eq!(count, round + 1, "contacts without phone and email are distinguished by the key");
        for server in &servers {
            let (company, body) = (server.seen_by(&company), json!({ "notes": key }));
            let again = send(&company, Method::POST, "/contacts/", &key, &body).await;
            assert_replays(&again, &first);
        }
    }
}

async fn concurrent_requests_with_different_keys_are_independent(backend: Backend) {
    let servers = servers(backend).await;
    let company = servers[0].company().await;
    let sent =
        (0..REQUESTS * 2).map(|n| (format!("key-{}", n % 8), json!({ "notes": format!("key-{}", n % 8) })));
    let responses = send_at_once(&servers, &company, sent).await;
    for n in 0..8 {
        let key = format!("key-{n}");
        let of_key =
            responses.iter().filter(|(sent_key, _)| *sent_key == key).map(|(_, response)| response.clone());
        let first = assert_executed_once(of_key.collect(), backend);
        assert_eq!(company.get(first.header("location")).await.json()["notes"], key);
    }
    assert_eq!(company.get("/contacts/?count=true").await.json()["count"], 8);
}

async fn refusal_of_concurrent_requests_is_stored_once(backend: Backend) {
    let servers = servers(backend).await;
    let company = servers[0].company().await;
    let sent = (0..REQUESTS).map(|_| ("a".to_owned(), json!({ "tags": 1 })));
    let responses = send_at_once(&servers, &company, sent).await;
    let first = assert_executed_once(responses.into_iter().map(|(_, response)| response).collect(), backend);
    assert_eq!((first.status, rows(&company, "stored_answers").await), (400, 1));
}

/// A lock on the contact makes the first request wait, and the second one gets a problem.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: cargo xtask test starts one"]
async fn second_request_with_same_key_is_refused_while_first_runs() {
    let fixture = Fixture::full(Backend::Postgres).await;
    let other = fixture.company.server.start_another().await;
    let mut holder = PgConnection::connect(fixture.company.server.database_url()).await.unwrap();
    holder.execute("BEGIN; SELECT id FROM contacts FOR UPDATE").await.unwrap();
    let mut both = JoinSet::new();
    for company in [fixture.company.clone(), other.seen_by(&fixture.company)] {
        let path = fixture.path();
        both.spawn(
            async move { send(&company, Method::PATCH, &path, "a", &json!({ "notes": "once" })).await },
        );
    }
    let second = both.join_next().await.unwrap().unwrap();
    second.problem(ProblemType::StillRunning);
    assert_eq!(rows(&fixture.company, "stored_answers").await, 0);
    // The refusal of the second request is not stored.
    holder.execute("ROLLBACK").await.unwrap();
    let first = both.join_next().await.unwrap().unwrap();
    assert!(first.status == 200 && !is_replayed(&first), "{first:#?}");
    let again =
        send(&fixture.company, Method::PATCH, &fixture.path(), "a", &json!({ "notes": "once" })).await;
    assert_replays(&again, &first);
}
