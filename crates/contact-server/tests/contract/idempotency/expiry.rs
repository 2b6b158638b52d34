//! Responses are stored for 24 hours.

use contact_model::clock::Clock;
use contact_model::idempotency;
use contact_server::RequestLimits;
use contact_server::retention::remove_all_expired_responses;
use contact_testing::{Backend, TestServer, on_both_databases};
use reqwest::Method;
use serde_json::json;

use super::{assert_replays, is_replayed, rows, send};
use crate::settable_clock::SettableClock;

on_both_databases!(response_is_replayed_for_a_day, expired_responses_are_removed);

const DAY: i64 = 24 * 60 * 60;

async fn response_is_replayed_for_a_day(backend: Backend) {
    let clock = SettableClock::at("2026-03-01T10:00:00Z");
    let server = TestServer::start_with(backend, RequestLimits::default(), clock.clone()).await;
    let company = server.company().await;
    let create = async |key: &str| send(&company, Method::POST, "/contacts/", key, &json!({})).await;
    let refuse = async || send(&company, Method::PATCH, "/contacts/x/", "a", &json!({})).await;
    let (first, refused) = (create("a").await, refuse().await);
    clock.advance(DAY);
    assert_replays(&create("a").await, &first);
    assert_replays(&refuse().await, &refused);
    clock.advance(1);
    // An expired response is not replayed, even if it is still stored.
    assert!(rows(&company, "stored_answers").await > 0);
    let second = create("a").await;
    assert!(second.status == 201 && !is_replayed(&second), "{second:#?}");
    assert_ne!(second.header("location"), first.header("location"));
    assert!(!is_replayed(&refuse().await));
    // The key can be used for another request, whose response is stored for a day.
    assert_replays(&create("a").await, &second);
    clock.advance(DAY + 1);
    let other = send(&company, Method::POST, "/contacts/", "a", &json!({ "notes": "other" })).await;
    assert!(other.status == 201 && !is_replayed(&other), "{other:#?}");
}

async fn expired_responses_are_removed(backend: Backend) {
    let clock = SettableClock::at("2026-03-01T10:00:00Z");
    let server = TestServer::start_with(backend, RequestLimits::default(), clock.clone()).await;
    let company = server.company().await;
    let mut last = None;
    for n in 0..3 {
        last = Some(send(&company, Method::POST, "/contacts/", &format!("key-{n}"), &json!({})).await);
        clock.advance(DAY / 2);
    }
    let expire = async || {
        let since = idempotency::retention_start(clock.now());
        remove_all_expired_responses(&server.store, since).await.unwrap()
    };
    assert_eq!((expire().await, rows(&company, "stored_answers").await), (1, 2));
    assert_eq!(rows(&company, "stored_answer_contacts").await, 2);
    clock.advance(DAY / 2);
    assert_eq!((expire().await, rows(&company, "stored_answers").await), (1, 1));
    let again = send(&company, Method::POST, "/contacts/", "key-2", &json!({})).await;
    assert_replays(&again, &last.unwrap());
    clock.advance(DAY);
    assert_eq!((expire().await, rows(&company, "stored_answers").await), (1, 0));
    assert_eq!(rows(&company, "stored_answer_contacts").await, 0);
}
