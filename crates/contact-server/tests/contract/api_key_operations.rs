//! Creating, listing and revoking the API keys of a company.

use std::time::{Duration, Instant};

use contact_model::{Access, ApiKey, ProblemType};
use contact_testing::{Backend, TestCompany, TestResponse, on_both_databases};
use serde_json::{Value, json};

use crate::fixture::{Fixture, UNKNOWN_ID, bad, keys, send_text};

on_both_databases!(
    created_key_is_returned_once_and_works,
    key_has_the_access_that_it_was_created_with,
    missing_fields_have_their_defaults,
    listed_keys_do_not_contain_their_secret,
    every_invalid_field_of_a_key_is_reported,
    unknown_keys_are_ignored_and_listed,
    revoked_key_stops_working_and_stays_in_the_list,
    key_may_revoke_itself,
    key_of_another_company_is_not_found,
    malformed_id_is_a_400,
    trailing_slash_is_optional,
);

async fn create(admin: &TestCompany, body: Value) -> Value {
    let response = admin.post("/api-keys/", body).await;
    assert_eq!(response.status, 201, "{response:#?}");
    response.json()
}

async fn list(admin: &TestCompany) -> Vec<Value> {
    let response = admin.get("/api-keys/").await;
    assert_eq!(response.status, 200, "{response:#?}");
    response.json()["results"].as_array().unwrap().clone()
}

fn path_of(key: &Value) -> String {
    format!("/api-keys/{}/", key["id"].as_str().unwrap())
}

/// The company with the key that was created.
fn with(company: &TestCompany, created: &Value) -> TestCompany {
    company.with_key(created["key"].as_str().unwrap())
}

/// Returns the entry of a created key in the list.
fn listed(created: &Value) -> Value {
    let mut listed = created.clone();
    listed.as_object_mut().unwrap().remove("key").unwrap();
    listed
}

/// Sends requests until the key is refused; a revoked key may work for a few more seconds.
async fn wait_until_refused(caller: &TestCompany, path: &str) {
    let since = Instant::now();
    while caller.get(path).await.status != 401 {
        assert!(since.elapsed() < Duration::from_secs(5), "the key still works");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn created_key_is_returned_once_and_works(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let admin = fixture.admin().await;
    let body = json!({ "name": "reporting", "access": "read", "expires_at": "2999-01-31T01:00:00+01:00" });
    let created = create(&admin, body).await;
    let key = created["key"].as_str().unwrap();
    assert!(ApiKey::parse(key).is_some(), "{key}");
    let expected = json!({
        "id": created["id"], "name": "reporting", "hint": format!("{}…", &key[..8]), "access": "read",
        "created_at": created["created_at"], "expires_at": "2999-01-31T00:00:00Z", "revoked_at": null,
        "last_used_at": null,
        "key": key,
    });
    assert_eq!(created, expected);
    assert_eq!(with(&admin, &created).read(fixture.id).await, fixture.read().await);
    let again = admin.get("/api-keys/").await;
    assert!(!again.body.contains(key) && again.body.contains("ctk_"), "{again:#?}");
}

async fn key_has_the_access_that_it_was_created_with(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let admin = fixture.admin().await;
    for (access, expected) in
        [("read", [200, 403, 403]), ("write", [200, 200, 403]), ("admin", [200, 200, 200])]
    {
        let caller = with(&admin, &create(&admin, json!({ "access": access })).await);
        let responses = [
            caller.get(&fixture.path()).await,
            caller.patch(&fixture.path(), json!({})).await,
            caller.get("/api-keys/").await,
        ];
        assert_eq!(responses.map(|response| response.status), expected, "{access}");
    }
}

async fn missing_fields_have_their_defaults(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    let admin = fixture.admin().await;
    for body in [json!({}), json!({ "name": null, "expires_at": null })] {
        let created = create(&admin, body).await;
        assert_eq!((&created["name"], &created["expires_at"]), (&json!(null), &json!(null)));
        assert_eq!(created["access"], "write");
    }
}

async fn listed_keys_do_not_contain_their_secret(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    let admin = fixture.admin().await;
    create(&fixture.company.server.company().await.with_access(Access::Admin).await, json!({})).await;
    let before = list(&admin).await;
    assert_eq!(before.len(), 2, "the company's first key and its admin key: {before:#?}");
    let mut expected = before;
    for name in ["b", "a"] {
        expected.push(listed(&create(&admin, json!({ "name": name })).await));
    }
    let now = list(&admin).await;
    assert_eq!(now, expected, "the oldest first");
    for key in &now {
        let names =
            ["access", "created_at", "expires_at", "hint", "id", "last_used_at", "name", "revoked_at"];
        assert_eq!(keys(key), names);
    }
}

async fn every_invalid_field_of_a_key_is_reported(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    let admin = fixture.admin().await;
    let before = list(&admin).await;
    for (body, expected) in [
        (
            json!({ "name": " ", "access": "root", "expires_at": "noon" }),
            [("/name", "required"), ("/access", "invalid_value"), ("/expires_at", "invalid_value")],
        ),
        (
            json!({ "name": "x".repeat(201), "access": null, "expires_at": 7 }),
            [("/name", "too_long"), ("/access", "null_not_allowed"), ("/expires_at", "wrong_type")],
        ),
        (
            json!({ "name": "\0", "access": 7, "expires_at": "2030-01-31" }),
            [("/name", "nul_character"), ("/access", "wrong_type"), ("/expires_at", "invalid_value")],
        ),
    ] {
        let response = admin.post("/api-keys/", body).await;
        assert_eq!(response.invalid_fields(ProblemType::InvalidFields), bad(&expected));
    }
    assert_eq!(list(&admin).await, before);
}

async fn unknown_keys_are_ignored_and_listed(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    let admin = fixture.admin().await;
    // A client cannot choose the key, its ID or its company.
    let body = json!({ "key": "ctk_mine", "id": UNKNOWN_ID, "company_id": UNKNOWN_ID, "revoked_at": null });
    let response = admin.post("/api-keys/", body).await;
    assert_eq!(response.header("ignored-fields"), r#""key", "id", "company_id", "revoked_at""#);
    let created = response.json();
    assert!(created["key"] != "ctk_mine" && created["id"] != UNKNOWN_ID, "{created:#?}");
    assert_eq!(with(&admin, &created).get(&fixture.path()).await.status, 200);
}

async fn revoked_key_stops_working_and_stays_in_the_list(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    let admin = fixture.admin().await;
    let [revoked, kept] = [create(&admin, json!({})).await, create(&admin, json!({})).await];
    let callers = [with(&admin, &revoked), with(&admin, &kept)];
    for caller in &callers {
        assert_eq!(caller.get(&fixture.path()).await.status, 200);
    }
    let response = admin.delete(&path_of(&revoked)).await;
    assert_eq!((response.status, response.body.as_str()), (204, ""));
    wait_until_refused(&callers[0], &fixture.path()).await;
    assert_eq!(callers[1].get(&fixture.path()).await.status, 200);

    let find = async || {
        let keys = list(&admin).await;
        keys.into_iter().find(|key| key["id"] == revoked["id"]).unwrap()
    };
    let first = find().await;
    let mut expected = listed(&revoked);
    expected["revoked_at"] = first["revoked_at"].clone();
    assert_eq!(first, expected);
    assert!(first["revoked_at"].is_string(), "{first:#?}");
    assert_eq!(admin.delete(&path_of(&revoked)).await.status, 204, "revoking a key again succeeds");
    assert_eq!(find().await, first, "revoking a key again changes nothing");
}

async fn key_may_revoke_itself(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    let admin = fixture.admin().await;
    let created = create(&admin, json!({ "access": "admin" })).await;
    let leaked = with(&admin, &created);
    assert_eq!(leaked.delete(&path_of(&created)).await.status, 204);
    wait_until_refused(&leaked, "/api-keys/").await;
    assert_eq!(admin.get("/api-keys/").await.status, 200);
}

async fn key_of_another_company_is_not_found(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    let admin = fixture.admin().await;
    let before = list(&admin).await;
    let theirs = path_of(&before[0]);
    let stranger = fixture.company.server.company().await.with_access(Access::Admin).await;
    for path in [theirs, format!("/api-keys/{UNKNOWN_ID}/")] {
        let problem = stranger.delete(&path).await.problem(ProblemType::ApiKeyNotFound);
        assert_eq!(problem.detail, "The company has no API key with this id.");
    }
    assert_eq!(list(&admin).await, before);
}

async fn malformed_id_is_a_400(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    let admin = fixture.admin().await;
    for id in ["7", "no-uuid", "%FF", "%00", "null", &UNKNOWN_ID[1..]] {
        let response: TestResponse = admin.delete(&format!("/api-keys/{id}/")).await;
        let expected = bad(&[("api_key_id", "invalid_value")]);
        assert_eq!(response.invalid_fields(ProblemType::InvalidParameter), expected, "{id}");
    }
}

async fn trailing_slash_is_optional(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    let admin = fixture.admin().await;
    let response = send_text(&admin, reqwest::Method::POST, "/api-keys", "{}").await;
    assert_eq!(response.status, 201, "{response:#?}");
    let path = path_of(&response.json());
    assert_eq!(admin.get("/api-keys").await.status, 200);
    assert_eq!(admin.delete(path.trim_end_matches('/')).await.status, 204);
}
