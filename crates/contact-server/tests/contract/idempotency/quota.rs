//! How much a company may store of responses, and how much one request may store.

use std::sync::Arc;

use contact_model::clock::SystemClock;
use contact_model::{ProblemType, limits};
use contact_server::RequestLimits;
use contact_testing::{Backend, TestCompany, TestResponse, TestServer, on_both_databases};
use rand::distr::{Alphanumeric, SampleString};
use reqwest::Method;
use serde_json::{Value, json};

use super::{assert_replays, is_replayed, rows, send, with_key};
use crate::fixture::{path_of, servers_with};
use crate::settable_clock::SettableClock;

on_both_databases!(
    a_flood_of_small_batches_with_large_responses_is_stopped_before_it_writes,
    what_has_expired_no_longer_counts,
    every_server_on_the_database_counts,
    a_refusal_is_not_stored_beyond_the_quota,
    without_a_quota_no_key_is_taken,
    a_batch_with_a_key_takes_four_mebibytes,
    a_large_response_is_stored_compressed_and_given_again_as_it_was,
);

const QUOTA: u64 = 48 * 1024;

fn with_quota(idempotency_quota: u64) -> RequestLimits {
    RequestLimits { idempotency_quota, ..RequestLimits::default() }
}

/// A company with a contact, and a small batch whose response is large.
#[derive(Clone)]
struct Attacker {
    company: TestCompany,
    path: String,
    items: Value,
}

impl Attacker {
    async fn of(server: &TestServer) -> Self {
        let company = server.company().await;
        let notes = Alphanumeric.sample_string(&mut rand::rng(), 1_000);
        let id = company.create(json!({ "notes": notes })).await;
        let update = |n| json!({ "op": "update", "id": id, "is_dnd": n % 2 == 0 });
        let items: Vec<Value> = (0..90).map(update).collect();
        Self { company, path: path_of(id), items: json!({ "items": items }) }
    }

    /// Sends a batch of 7 KB that asks for receipts.
    async fn send(&self, key: &str) -> TestResponse {
        let batch = with_key(&self.company, Method::POST, "/contacts/batch/", key);
        self.company.send(batch.header("Prefer", "return=receipt").json(&self.items)).await
    }

    /// Sends batches until one is not done, and returns the response to that one and how many were done.
    async fn send_until_refused(&self) -> (TestResponse, usize) {
        for n in 0..1_000 {
            let response = self.send(&n.to_string()).await;
            if response.status != 200 {
                return (response, n);
            }
        }
        panic!("nothing stops the flood");
    }

    /// Returns the entity tag of the contact, which changes with each write of it.
    async fn tag(&self) -> String {
        self.company.get(&self.path).await.header("etag").to_owned()
    }
}

async fn a_flood_of_small_batches_with_large_responses_is_stopped_before_it_writes(backend: Backend) {
    let server = TestServer::start_with(backend, with_quota(QUOTA), Arc::new(SystemClock)).await;
    let attacker = Attacker::of(&server).await;
    assert!(attacker.items.to_string().len() < 8 * 1024);
    let first = attacker.send("0").await;
    assert!(first.body.len() > 100 * 1024, "{}", first.body.len());
    let (refused, done) = attacker.send_until_refused().await;
    assert!(done > 2, "{done}");
    let problem = refused.problem(ProblemType::IdempotencyQuota);
    assert!(problem.detail.contains("nothing was written"), "{problem:#?}");
    let seconds: u64 = refused.header("retry-after").parse().unwrap();
    assert!((23 * 60 * 60..=25 * 60 * 60).contains(&seconds), "{seconds}");

    // Nothing is written, by whichever operation.
    let (tag, stored) = (attacker.tag().await, rows(&server, "stored_answers").await);
    let company = &attacker.company;
    for (method, path) in
        [(Method::PATCH, attacker.path.as_str()), (Method::POST, "/contacts/"), (Method::POST, "/agents/")]
    {
        let body = json!({ "name": "Ana", "full_name": "Ana" });
        send(company, method, path, "more", &body).await.problem(ProblemType::IdempotencyQuota);
    }
    attacker.send("more").await.problem(ProblemType::IdempotencyQuota);
    assert_eq!((attacker.tag().await, rows(&server, "stored_answers").await), (tag, stored));
    assert_eq!(company.get("/contacts/?count=true").await.json()["count"], 1);
    assert_eq!(company.get("/agents/").await.json()["results"], json!([]));

    // What is stored is given again; what has no key is done, and so is all of another company.
    assert_replays(&attacker.send("0").await, &first);
    assert_eq!(company.patch(&attacker.path, json!({ "notes": "x" })).await.status, 200);
    let other = server.company().await;
    assert_eq!(send(&other, Method::POST, "/contacts/", "0", &json!({})).await.status, 201);
}

async fn what_has_expired_no_longer_counts(backend: Backend) {
    let clock = SettableClock::at("2026-03-01T10:20:00Z");
    let server = TestServer::start_with(backend, with_quota(QUOTA), clock.clone()).await;
    let attacker = Attacker::of(&server).await;
    let (refused, done) = attacker.send_until_refused().await;
    let seconds: i64 = refused.header("retry-after").parse().unwrap();
    assert_eq!(seconds, 24 * 60 * 60 + 40 * 60, "the hour ends at eleven");
    clock.advance(seconds - 1);
    let refused = attacker.send("more").await;
    refused.problem(ProblemType::IdempotencyQuota);
    assert_eq!(refused.header("retry-after"), "1");
    clock.advance(1);
    let again = attacker.send_until_refused().await.1;
    assert!(again > done / 2, "{again} and before {done}: all of the quota is free again");
}

async fn every_server_on_the_database_counts(backend: Backend) {
    let servers = servers_with(backend, with_quota(QUOTA)).await;
    let attacker = Attacker::of(&servers[0]).await;
    attacker.send_until_refused().await;
    for server in &servers {
        let seen = Attacker { company: server.seen_by(&attacker.company), ..attacker.clone() };
        seen.send("more").await.problem(ProblemType::IdempotencyQuota);
        assert!(is_replayed(&seen.send("0").await));
    }
}

async fn a_refusal_is_not_stored_beyond_the_quota(backend: Backend) {
    let server = TestServer::start_with(backend, with_quota(QUOTA), Arc::new(SystemClock)).await;
    let attacker = Attacker::of(&server).await;
    attacker.send_until_refused().await;
    let stored = rows(&server, "stored_answers").await;
    let bad = send(&attacker.company, Method::POST, "/contacts/", "bad", &json!({ "tags": 1 })).await;
    bad.problem(ProblemType::IdempotencyQuota);
    assert_eq!(rows(&server, "stored_answers").await, stored);
}

async fn without_a_quota_no_key_is_taken(backend: Backend) {
    let server = TestServer::start_with(backend, with_quota(0), Arc::new(SystemClock)).await;
    let company = server.company().await;
    let refused = send(&company, Method::POST, "/contacts/", "a", &json!({})).await;
    refused.problem(ProblemType::IdempotencyQuota);
    assert_eq!(company.post("/contacts/", json!({})).await.status, 201);
}

async fn a_batch_with_a_key_takes_four_mebibytes(backend: Backend) {
    let server = TestServer::start(backend).await;
    let company = server.company().await;
    let notes = "x".repeat(limits::NOTES - 1_000);
    let batch = |items| json!({ "items": vec![json!({ "op": "insert", "notes": notes }); items] });
    let most = limits::UNDIVIDED_BATCH_BODY / (limits::NOTES - 900);
    let (fits, larger) = (batch(most), batch(most + 1));
    assert!(larger.to_string().len() > limits::UNDIVIDED_BATCH_BODY);
    let refused = send(&company, Method::POST, "/contacts/batch/", "a", &larger).await;
    let problem = refused.problem(ProblemType::BodyTooLarge);
    assert!(problem.detail.contains("Send the batch in parts, or without"), "{problem:#?}");
    assert_eq!(company.get("/contacts/?count=true&page_size=1").await.json()["count"], 0);
    assert_eq!(send(&company, Method::POST, "/contacts/batch/", "a", &fits).await.status, 200);
    assert_eq!(company.post("/contacts/batch/", larger).await.status, 200, "it is done in pieces");
}

async fn a_large_response_is_stored_compressed_and_given_again_as_it_was(backend: Backend) {
    let server = TestServer::start(backend).await;
    let attacker = Attacker::of(&server).await;
    let first = attacker.send("a").await;
    assert_replays(&attacker.send("a").await, &first);
    let stored = "stored_answers WHERE compressed AND length(body) < ";
    assert_eq!(rows(&server, &format!("{stored} {}", first.body.len() / 2)).await, 1);
    // A short one is stored as it is.
    let body = json!({ "notes": "x" });
    let short = send(&attacker.company, Method::PATCH, &attacker.path, "b", &body).await;
    assert_replays(&send(&attacker.company, Method::PATCH, &attacker.path, "b", &body).await, &short);
    assert_eq!(rows(&server, "stored_answers WHERE NOT compressed").await, 1);
}
