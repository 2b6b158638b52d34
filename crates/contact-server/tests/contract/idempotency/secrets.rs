//! An API key that was just made is answered again to who made it, and is nowhere at rest.

use contact_model::{Access, ProblemType};
use contact_testing::{Backend, TestCompany, on_both_databases};
use reqwest::Method;
use serde_json::json;
use sqlx::{PgPool, Row, SqlitePool};

use super::{assert_replays, send};
use crate::fixture::{Fixture, admin_of};

on_both_databases!(a_new_api_key_is_answered_again_and_not_kept, a_refused_api_key_is_a_refusal_like_others);

/// The bodies of all stored responses.
async fn bodies(fixture: &Fixture) -> Vec<Vec<u8>> {
    let (url, statement) = (fixture.server.database_url(), "SELECT body FROM stored_answers");
    if url.starts_with("sqlite:") {
        let rows = sqlx::query(statement).fetch_all(&SqlitePool::connect(url).await.unwrap()).await.unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    } else {
        let rows = sqlx::query(statement).fetch_all(&PgPool::connect(url).await.unwrap()).await.unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    }
}

async fn a_new_api_key_is_answered_again_and_not_kept(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let admin = fixture.admin().await;
    let body = json!({ "name": "reporting", "access": "read" });
    let create = async |company: &TestCompany| send(company, Method::POST, "/api-keys/", "a", &body).await;
    let first = create(&admin).await;
    let made = first.json();
    let key = made["key"].as_str().unwrap();
    assert_replays(&create(&admin).await, &first);
    let listed = admin.get("/api-keys/").await.json()["results"].clone();
    let named = listed.as_array().unwrap().iter().filter(|listed| listed["name"] == "reporting");
    assert_eq!(named.count(), 1);
    assert_eq!(fixture.company.with_key(key).get(&fixture.path()).await.status, 200);

    let bodies = bodies(&fixture).await;
    assert_eq!(bodies.len(), 1);
    let secret = &key.as_bytes()[8..];
    assert!(!bodies[0].windows(secret.len()).any(|bytes| bytes == secret), "the key is at rest");
    // Another admin key cannot read the response, and asks for another API key than this one.
    let other = admin_of(&fixture.server, &fixture.company).await;
    create(&other).await.problem(ProblemType::KeyReused);
    let weaker = fixture.company.with_key(fixture.server.key(fixture.company.id, Access::Write, None).await);
    create(&weaker).await.problem(ProblemType::Forbidden);
}

async fn a_refused_api_key_is_a_refusal_like_others(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let (admin, other) = (fixture.admin().await, fixture.admin().await);
    let body = json!({ "access": "none" });
    let first = send(&admin, Method::POST, "/api-keys/", "a", &body).await;
    first.problem(ProblemType::InvalidFields);
    assert_replays(&send(&other, Method::POST, "/api-keys/", "a", &body).await, &first);
}
