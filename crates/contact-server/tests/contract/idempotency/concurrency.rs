//! Of requests that are sent at once, one is done: on any number of servers.

use contact_model::ProblemType;
use contact_testing::{Backend, TestResponse, TestServer, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{Connection, Executor, PgConnection};
use tokio::task::JoinSet;

use super::{assert_replays, given, is_replayed, rows, send};
use crate::fixture::{Fixture, servers};

on_both_databases!(
    one_of_many_at_once_is_done,
    many_keys_at_once_do_not_mix,
    a_refusal_of_many_at_once_is_one,
);

/// Requests that are sent at once.
const REQUESTS: usize = 40;
/// How often, with another key each time: what goes wrong only sometimes shows.
const ROUNDS: usize = 5;

/// Sends a request with each of the keys at once, spread over the servers.
async fn per_request(
    servers: &[TestServer],
    company: &contact_testing::TestCompany,
    sent: impl Iterator<Item = (String, Value)>,
) -> Vec<(String, TestResponse)> {
    let mut requests = JoinSet::new();
    for (number, (key, body)) in sent.enumerate() {
        let company = servers[number % servers.len()].seen_by(company);
        requests.spawn(async move {
            let response = send(&company, Method::POST, "/contacts/", &key, &body).await;
            (key, response)
        });
    }
    requests.join_all().await
}

/// The one response that all got who did not come while it was made, having seen that it was made once.
fn only(responses: Vec<TestResponse>, backend: Backend) -> TestResponse {
    let (running, answered): (Vec<_>, Vec<_>) =
        responses.into_iter().partition(|response| response.status == 409);
    for response in &running {
        response.problem(ProblemType::StillRunning);
        assert_eq!(backend, Backend::Postgres, "where one thread writes, whoever comes second waits");
    }
    let (again, first): (Vec<_>, Vec<_>) = answered.into_iter().partition(is_replayed);
    assert_eq!(first.len(), 1, "{first:#?}");
    let [first] = <[TestResponse; 1]>::try_from(first).unwrap();
    again.iter().for_each(|again| assert_eq!(given(again), given(&first)));
    first
}

async fn one_of_many_at_once_is_done(backend: Backend) {
    let servers = servers(backend).await;
    let company = servers[0].company().await;
    for round in 0..ROUNDS {
        let key = format!("round-{round}");
        let sent = (0..REQUESTS).map(|_| (key.clone(), json!({ "notes": key })));
        let responses = per_request(&servers, &company, sent).await;
        let first = only(responses.into_iter().map(|(_, response)| response).collect(), backend);
        assert_eq!(first.status, 201);
        let count = company.get("/contacts/?count=true").await.json()["count"].clone();
        assert_eq!(count, round + 1, "neither phone nor email tells them apart: the key does");
        for server in &servers {
            let (company, body) = (server.seen_by(&company), json!({ "notes": key }));
            let again = send(&company, Method::POST, "/contacts/", &key, &body).await;
            assert_replays(&again, &first);
        }
    }
}

async fn many_keys_at_once_do_not_mix(backend: Backend) {
    let servers = servers(backend).await;
    let company = servers[0].company().await;
    let sent =
        (0..REQUESTS * 2).map(|n| (format!("key-{}", n % 8), json!({ "notes": format!("key-{}", n % 8) })));
    let responses = per_request(&servers, &company, sent).await;
    for n in 0..8 {
        let key = format!("key-{n}");
        let of_key = responses.iter().filter(|(of, _)| *of == key).map(|(_, response)| response.clone());
        let first = only(of_key.collect(), backend);
        assert_eq!(company.get(first.header("location")).await.json()["notes"], key);
    }
    assert_eq!(company.get("/contacts/?count=true").await.json()["count"], 8);
}

async fn a_refusal_of_many_at_once_is_one(backend: Backend) {
    let servers = servers(backend).await;
    let company = servers[0].company().await;
    let sent = (0..REQUESTS).map(|_| ("a".to_owned(), json!({ "tags": 1 })));
    let responses = per_request(&servers, &company, sent).await;
    let first = only(responses.into_iter().map(|(_, response)| response).collect(), backend);
    assert_eq!((first.status, rows(&servers[0], "stored_answers").await), (400, 1));
}

/// Someone else holds the contact, so whoever has the key waits for it; whoever comes second is told.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: cargo xtask test starts one"]
async fn who_comes_while_it_is_running_is_told_so() {
    let fixture = Fixture::full(Backend::Postgres).await;
    let other = fixture.server.start_another().await;
    let mut holder = PgConnection::connect(fixture.server.database_url()).await.unwrap();
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
    assert_eq!(rows(&fixture.server, "stored_answers").await, 0);
    // What says that it is running is not kept, and goes with it.
    holder.execute("ROLLBACK").await.unwrap();
    let first = both.join_next().await.unwrap().unwrap();
    assert!(first.status == 200 && !is_replayed(&first), "{first:#?}");
    let again =
        send(&fixture.company, Method::PATCH, &fixture.path(), "a", &json!({ "notes": "once" })).await;
    assert_replays(&again, &first);
}
