//! Limits of the stored responses of a company and of one request.

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
    write_over_the_quota_is_refused_before_it_writes,
    expired_responses_do_not_count,
    quota_is_shared_by_all_servers_of_the_database,
    refusal_over_the_quota_is_not_stored,
    quota_of_zero_refuses_every_key,
    batch_with_a_key_has_at_most_4_mebibytes,
    large_response_is_stored_compressed_and_replayed_unchanged,
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
    async fn of(server: &Arc<TestServer>) -> Self {
        let company = server.company().await;
        let notes = Alphanumeric.sample_string(&mut rand::rng(), 1_000);
        let id = company.create(json!({ "notes": notes })).await;
        let update = |n| json!({ "op": "update", "id": id, "is_dnd": n % 2 == 0 });
        let items: Vec<Value> = (0..90).map(update).collect();
        Self { company, path: path_of(id), items: json!({ "items": items }) }
    }

    /// Sends a batch of 7 KB that requests receipts.
    async fn send(&self, key: &str) -> TestResponse {
        let batch = with_key(&self.company, Method::POST, "/contacts/batch/", key);
        self.company.send(batch.header("Prefer", "return=receipt").json(&self.items)).await
    }

    /// Sends batches until one is refused; returns its response and the number of accepted batches.
    async fn send_until_refused(&self) -> (TestResponse, usize) {
        for n in 0..1_000 {
            let response = self.send(&n.to_string()).await;
            if response.status != 200 {
                return (response, n);
            }
        }
        panic!("no batch was refused");
    }

    /// Returns the entity tag of the contact, which changes with each write of it.
    async fn tag(&self) -> String {
        self.company.get(&self.path).await.header("etag").to_owned()
    }
}

async fn write_over_the_quota_is_refused_before_it_writes(backend: Backend) {
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

    // No operation writes anything.
    let (tag, stored) = (attacker.tag().await, rows(&attacker.company, "stored_answers").await);
    let company = &attacker.company;
    for (method, path) in
        [(Method::PATCH, attacker.path.as_str()), (Method::POST, "/contacts/"), (Method::POST, "/agents/")]
    {
        let body = json!({ "name": "Ana", "full_name": "Ana" });
        send(company, method, path, "more", &body).await.problem(ProblemType::IdempotencyQuota);
    }
    attacker.send("more").await.problem(ProblemType::IdempotencyQuota);
    assert_eq!((attacker.tag().await, rows(&attacker.company, "stored_answers").await), (tag, stored));
    assert_eq!(company.get("/contacts/?count=true").await.json()["count"], 1);
    assert_eq!(company.get("/agents/").await.json()["results"], json!([]));

    // Stored responses are replayed, and writes without a key or of another company are accepted.
    assert_replays(&attacker.send("0").await, &first);
    assert_eq!(company.patch(&attacker.path, json!({ "notes": "x" })).await.status, 200);
    let other = server.company().await;
    assert_eq!(send(&other, Method::POST, "/contacts/", "0", &json!({})).await.status, 201);
}

async fn expired_responses_do_not_count(backend: Backend) {
    let clock = SettableClock::at("2026-03-01T10:20:00Z");
    let server = TestServer::start_with(backend, with_quota(QUOTA), clock.clone()).await;
    let attacker = Attacker::of(&server).await;
    let (refused, done) = attacker.send_until_refused().await;
    let seconds: i64 = refused.header("retry-after").parse().unwrap();
    assert_eq!(seconds, 24 * 60 * 60 + 40 * 60, "responses expire at the end of their hour, at 11:00");
    clock.advance(seconds - 1);
    let refused = attacker.send("more").await;
    refused.problem(ProblemType::IdempotencyQuota);
    assert_eq!(refused.header("retry-after"), "1");
    clock.advance(1);
    let accepted = attacker.send_until_refused().await.1;
    assert!(accepted > done / 2, "{accepted}, and {done} before: the whole quota is free again");
}

async fn quota_is_shared_by_all_servers_of_the_database(backend: Backend) {
    let servers = servers_with(backend, with_quota(QUOTA)).await;
    let attacker = Attacker::of(&servers[0]).await;
    attacker.send_until_refused().await;
    for server in &servers {
        let seen = Attacker { company: server.seen_by(&attacker.company), ..attacker.clone() };
        seen.send("more").await.problem(ProblemType::IdempotencyQuota);
        assert!(is_replayed(&seen.send("0").await));
    }
}

async fn refusal_over_the_quota_is_not_stored(backend: Backend) {
    let server = TestServer::start_with(backend, with_quota(QUOTA), Arc::new(SystemClock)).await;
    let attacker = Attacker::of(&server).await;
    attacker.send_until_refused().await;
    let stored = rows(&attacker.company, "stored_answers").await;
    let bad = send(&attacker.company, Method::POST, "/contacts/", "bad", &json!({ "tags": 1 })).await;
    bad.problem(ProblemType::IdempotencyQuota);
    assert_eq!(rows(&attacker.company, "stored_answers").await, stored);
}

async fn quota_of_zero_refuses_every_key(backend: Backend) {
    let server = TestServer::start_with(backend, with_quota(0), Arc::new(SystemClock)).await;
    let company = server.company().await;
    let refused = send(&company, Method::POST, "/contacts/", "a", &json!({})).await;
    refused.problem(ProblemType::IdempotencyQuota);
    assert_eq!(company.post("/contacts/", json!({})).await.status, 201);
}

async fn batch_with_a_key_has_at_most_4_mebibytes(backend: Backend) {
    let company = TestCompany::start(backend).await;
    let notes = "x".repeat(limits::NOTES - 1_000);
    let batch = |items| json!({ "items": vec![json!({ "op": "insert", "notes": notes }); items] });
    let most = limits::SINGLE_TRANSACTION_BATCH_BODY / (limits::NOTES - 900);
    let (fits, larger) = (batch(most), batch(most + 1));
    assert!(larger.to_string().len() > limits::SINGLE_TRANSACTION_BATCH_BODY);
    let refused = send(&company, Method::POST, "/contacts/batch/", "a", &larger).await;
    let problem = refused.problem(ProblemType::BodyTooLarge);
    assert!(problem.detail.contains("Send the batch in parts, or without"), "{problem:#?}");
    assert_eq!(company.get("/contacts/?count=true&page_size=1").await.json()["count"], 0);
    assert_eq!(send(&company, Method::POST, "/contacts/batch/", "a", &fits).await.status, 200);
    assert_eq!(
        company.post("/contacts/batch/", larger).await.status,
        200,
        "without a key it is written in several transactions"
    );
}

async fn large_response_is_stored_compressed_and_replayed_unchanged(backend: Backend) {
    let server = TestServer::start(backend).await;
    let attacker = Attacker::of(&server).await;
    let first = attacker.send("a").await;
    assert_replays(&attacker.send("a").await, &first);
    let stored = "stored_answers WHERE compressed AND length(body) < ";
    assert_eq!(rows(&attacker.company, &format!("{stored} {}", first.body.len() / 2)).await, 1);
    // A short response is stored uncompressed.
    let body = json!({ "notes": "x" });
    let short = send(&attacker.company, Method::PATCH, &attacker.path, "b", &body).await;
    assert_replays(&send(&attacker.company, Method::PATCH, &attacker.path, "b", &body).await, &short);
    assert_eq!(rows(&attacker.company, "stored_answers WHERE NOT compressed").await, 1);
}
