//! The header `Cache-Control` of every response.

use contact_testing::{Backend, TestResponse, on_both_databases};
use reqwest::Method;
use serde_json::json;

use crate::fixture::{Fixture, UNKNOWN_ID, agent_with_contact};
use crate::operations;

on_both_databases!(
    no_response_is_stored_by_a_shared_cache,
    not_modified_and_replayed_responses_have_the_same_header,
);

/// Asserts that a response must not be stored, or has an entity tag and must be revalidated.
fn assert_not_shared(response: &TestResponse) {
    let expected = match response.optional_header("etag") {
        Some(_) => "private, no-cache",
        None => "no-store",
    };
    assert_eq!(response.header("cache-control"), expected, "{response:#?}");
}

async fn no_response_is_stored_by_a_shared_cache(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let agent = agent_with_contact(&fixture.company, "Front desk").await;
    let admin = fixture.admin().await;
    for operation in operations::all() {
        let path = operation.path_for(fixture.id);
        assert_not_shared(&fixture.company.send(operation.request(&admin, &path, agent)).await);
        let stranger = fixture.company.with_key("x");
        assert_not_shared(&fixture.company.send(operation.request(&stranger, &path, agent)).await);
    }
    for path in ["/nowhere", "/healthz", "/readyz", "/", &format!("/contacts/{UNKNOWN_ID}/")] {
        let response = fixture.company.get(path).await;
        assert_eq!(response.header("cache-control"), "no-store", "{path}");
    }
}

async fn not_modified_and_replayed_responses_have_the_same_header(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let tag = fixture.company.get(&fixture.path()).await.header("etag").to_owned();
    let known = fixture.company.request(Method::GET, &fixture.path()).header("If-None-Match", tag);
    let known = fixture.company.send(known).await;
    assert_eq!((known.status, known.header("cache-control")), (304, "private, no-cache"));
    for (key, body, status, expected) in [
        ("accepted", json!({ "notes": "Called" }), 200, "private, no-cache"),
        ("refused", json!({ "notes": 1 }), 400, "no-store"),
    ] {
        for replayed in [None, Some("true")] {
            let write =
                fixture.company.request(Method::PATCH, &fixture.path()).header("Idempotency-Key", key);
            let response = fixture.company.send(write.json(&body)).await;
            assert_eq!(
                (response.status, response.optional_header("idempotent-replayed")),
                (status, replayed)
            );
            let values: Vec<_> = response.headers.get_all("cache-control").iter().collect();
            assert_eq!(values, [expected], "{response:#?}");
        }
    }
}
