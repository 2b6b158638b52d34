//! Expiry and revocation of API keys.

use std::time::{Duration, Instant};

use contact_model::{Access, ApiKey, ProblemType};
use contact_server::RequestLimits;
use contact_store::company::{CreateApiKey, RevokeApiKey};
use contact_testing::{Backend, TestServer, on_both_databases};
use serde_json::json;

use crate::fixture::path_of;
use crate::settable_clock::SettableClock;

on_both_databases!(key_works_until_it_expires, revoked_key_stops_working_on_every_server_within_five_seconds,);

async fn key_works_until_it_expires(backend: Backend) {
    let clock = SettableClock::at("2026-01-01T00:00:00Z");
    let server = TestServer::start_with(backend, RequestLimits::default(), clock.clone()).await;
    let company = server.company().await;
    let id = company.create(json!({})).await;
    let expires_at = "2026-01-01T01:00:00Z".parse().unwrap();
    let key = server.key(company.id, Access::Write, Some(expires_at)).await;
    let expiring = company.with_key(key);

    clock.advance(60 * 60 - 1);
    assert_eq!(expiring.get(&path_of(id)).await.status, 200);
    clock.advance(1);
    expiring.get(&path_of(id)).await.problem(ProblemType::Unauthorized);
    assert_eq!(company.get(&path_of(id)).await.status, 200, "other keys still work");
}

async fn revoked_key_stops_working_on_every_server_within_five_seconds(backend: Backend) {
    let server = TestServer::start(backend).await;
    let second = server.start_another().await;
    let company = server.company().await;
    let id = company.create(json!({})).await;
    let key = ApiKey::from_random(rand::random());
    let create = CreateApiKey {
        company_id: company.id,
        name: None,
        access: Access::Write,
        expires_at: None,
        key: key.clone(),
    };
    let info = server.store.run(create).await.unwrap();
    let here = company.with_key(key.reveal());
    let there = second.seen_by(&here);
    // Both servers have cached the key.
    for company in [&here, &there] {
        assert_eq!(company.get(&path_of(id)).await.status, 200);
    }

    let revoked = Instant::now();
    server.store.run(RevokeApiKey { company_id: None, id: info.listed.id }).await.unwrap();
    for company in [&here, &there] {
        loop {
            let response = company.get(&path_of(id)).await;
            assert!(revoked.elapsed() < Duration::from_secs(5), "the key still works: {response:#?}");
            if response.status == 401 {
                response.problem(ProblemType::Unauthorized);
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    assert_eq!(company.get(&path_of(id)).await.status, 200, "other keys still work");
}
