//! The rate limits of API keys.

use std::num::NonZeroU32;
use std::sync::Arc;

use contact_model::clock::SystemClock;
use contact_model::company::RateLimit;
use contact_model::{Access, ProblemType};
use contact_server::{DefaultRateLimits, RequestLimits};
use contact_store::company::UpdateCompany;
use contact_testing::{Backend, TestCompany, TestResponse, TestServer, on_both_databases};
use futures::future::join_all;
use serde_json::json;

on_both_databases!(
    key_without_a_limit_gets_no_headers,
    key_that_sends_too_many_requests_is_refused,
    reads_and_writes_and_keys_are_counted_separately,
    company_may_have_other_limits,
    refused_write_with_an_idempotency_key_can_be_repeated,
);

/// More requests than the limits allow, even if the requests take a few seconds.
const MANY: usize = 60;

async fn start(backend: Backend, reads: u32, writes: u32) -> TestCompany {
    let rates = DefaultRateLimits { reads: NonZeroU32::new(reads), writes: NonZeroU32::new(writes) };
    let limits = RequestLimits { rates, ..RequestLimits::default() };
    TestServer::start_with(backend, limits, Arc::new(SystemClock)).await.company().await
}

/// Reads the lists of contacts many times at once.
async fn read_often(company: &TestCompany) -> Vec<TestResponse> {
    join_all((0..MANY).map(|_| company.get("/contacts/"))).await
}

fn refused(responses: &[TestResponse]) -> Vec<&TestResponse> {
    responses.iter().filter(|response| response.status == 429).collect()
}

async fn key_without_a_limit_gets_no_headers(backend: Backend) {
    let company = TestCompany::start(backend).await;
    for response in read_often(&company).await {
        assert_eq!(response.status, 200);
        assert_eq!(response.optional_header("ratelimit"), None);
        assert_eq!(response.optional_header("ratelimit-policy"), None);
    }
}

async fn key_that_sends_too_many_requests_is_refused(backend: Backend) {
    let company = start(backend, 2, 0).await;
    let responses = read_often(&company).await;
    let refused = refused(&responses);
    assert!(refused.len() < MANY - 1, "two reads are allowed at once");
    let problem = refused[0].problem(ProblemType::RateLimited);
    assert!(problem.detail.contains("may send 2 reads per second"), "{problem:?}");
    assert_eq!(refused[0].header("retry-after"), "1");
    assert_eq!(refused[0].header("ratelimit"), "\"reads\";r=0;t=1");
    for response in &responses {
        assert_eq!(response.header("ratelimit-policy"), "\"reads\";q=2;w=1");
    }
    let first = responses.iter().filter(|response| response.header("ratelimit") == "\"reads\";r=1;t=1");
    assert!(first.count() >= 1, "the first read leaves one");
}

async fn reads_and_writes_and_keys_are_counted_separately(backend: Backend) {
    let company = start(backend, 1, 0).await;
    assert!(!refused(&read_often(&company).await).is_empty());
    let response = company.post("/contacts/", json!({})).await;
    assert_eq!((response.status, response.optional_header("ratelimit")), (201, None));
    let other_key = company.with_access(Access::Read).await;
    assert_eq!(other_key.get("/contacts/").await.status, 200);
}

async fn company_may_have_other_limits(backend: Backend) {
    let company = start(backend, 1, 0).await;
    let update = async |read: &str, write: &str| {
        let limit = |text: &str| Some(text.parse::<RateLimit>().unwrap());
        let (read_rate_limit, write_rate_limit) = (limit(read), limit(write));
        let id = company.id;
        let update = UpdateCompany { read_rate_limit, write_rate_limit, ..UpdateCompany::of(id) };
        company.server.store.run(update).await.unwrap();
        // A new key is not cached, so it has the new limits at once.
        company.with_access(Access::Write).await
    };
    let unlimited = update("none", "3").await;
    assert!(refused(&read_often(&unlimited).await).is_empty());
    let response = unlimited.post("/contacts/", json!({})).await;
    assert_eq!(response.header("ratelimit-policy"), "\"writes\";q=3;w=1");

    let limited = update("default", "default").await;
    assert_eq!(limited.get("/contacts/").await.header("ratelimit-policy"), "\"reads\";q=1;w=1");
    assert_eq!(limited.post("/contacts/", json!({})).await.optional_header("ratelimit-policy"), None);
}

async fn refused_write_with_an_idempotency_key_can_be_repeated(backend: Backend) {
    let company = start(backend, 0, 1).await;
    let create = |number: usize| {
        let request = company.request(reqwest::Method::POST, "/contacts/").json(&json!({}));
        company.send(request.header("Idempotency-Key", format!("create-{number}")))
    };
    let responses = join_all((0..MANY).map(create)).await;
    let number = responses.iter().position(|response| response.status == 429).expect("one is refused");
    let repeated = loop {
        let repeated = create(number).await;
        if repeated.status != 429 {
            break repeated;
        }
    };
    assert_eq!((repeated.status, repeated.optional_header("idempotent-replayed")), (201, None));
}
