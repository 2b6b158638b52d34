//! A replay contains a new API key, although the key is stored only encrypted.

use contact_model::{Access, ProblemType};
use contact_testing::{Backend, TestCompany, on_both_databases};
use reqwest::Method;
use serde_json::json;
use sqlx::{PgPool, Row, SqlitePool};

use super::{assert_replays, send};
use crate::fixture::Fixture;

on_both_databases!(
    new_api_key_is_replayed_but_not_stored_in_plain_text,
    refusal_of_a_new_api_key_is_replayed
);

/// The bodies of all stored responses.
async fn bodies(fixture: &Fixture) -> Vec<Vec<u8>> {
    let (url, statement) = (fixture.company.server.database_url(), "SELECT body FROM stored_answers");
    if url.starts_with("sqlite:") {
        let rows = sqlx::query(statement).fetch_all(&SqlitePool::connect(url).await.unwrap()).await.unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    } else {
        let rows = sqlx::query(statement).fetch_all(&PgPool::connect(url).await.unwrap()).await.unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    }
}

async fn new_api_key_is_replayed_but_not_stored_in_plain_text(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let admin = fixture.admin().await;
    let body = json!({ "name": "reporting", "access": "read" });
    let create = async |company: &TestCompany| send(company, Method::POST, "/api-keys/", "a", &body).await;
    let first = create(&admin).await;
    let created = first.json();
    let key = created["key"].as_str().unwrap();
    assert_replays(&create(&admin).await, &first);
    let listed = admin.get("/api-keys/").await.json()["results"].clone();
    let named = listed.as_array().unwrap().iter().filter(|listed| listed["name"] == "reporting");
    assert_eq!(named.count(), 1);
    assert_eq!(fixture.company.with_key(key).get(&fixture.path()).await.status, 200);

    let bodies = bodies(&fixture).await;
    assert_eq!(bodies.len(), 1);
    let secret = &key.as_bytes()[8..];
    assert!(!bodies[0].windows(secret.len()).any(|bytes| bytes == secret), "the key is stored in plain text");
    // With another admin key it counts as a different request, because that key cannot decrypt the response.
    let other = fixture.admin().await;
    create(&other).await.problem(ProblemType::KeyReused);
    let weaker = fixture.company.with_access(Access::Write).await;
    create(&weaker).await.problem(ProblemType::Forbidden);
}

async fn refusal_of_a_new_api_key_is_replayed(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let (admin, other) = (fixture.admin().await, fixture.admin().await);
    let body = json!({ "access": "none" });
    let first = send(&admin, Method::POST, "/api-keys/", "a", &body).await;
    first.problem(ProblemType::InvalidFields);
    assert_replays(&send(&other, Method::POST, "/api-keys/", "a", &body).await, &first);
}
