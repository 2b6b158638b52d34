//! The API keys of a company, managed over HTTP.

use std::time::{Duration, Instant};

use contact_model::{ApiKey, ProblemType};
use contact_testing::{Answer, Backend, TestCompany, on_both_databases};
use serde_json::{Value, json};

use crate::stage::{NEVER_WAS, Stage, admin_of, bad, keys, send_text};

on_both_databases!(
    a_created_key_is_shown_once_and_works,
    a_key_has_the_access_that_it_was_created_with,
    what_is_not_sent_has_its_default,
    keys_are_listed_without_themselves,
    every_bad_field_of_a_key_is_named,
    what_is_not_known_is_ignored_by_name,
    a_revoked_key_stops_working_and_stays_in_the_list,
    a_key_may_revoke_itself,
    another_companys_key_is_no_key,
    an_unreadable_id_is_a_400,
    the_missing_slash_is_served_alike,
);

async fn create(admin: &TestCompany, body: Value) -> Value {
    let answer = admin.post("/api-keys/", body).await;
    assert_eq!(answer.status, 201, "{answer:#?}");
    answer.json()
}

async fn list(admin: &TestCompany) -> Vec<Value> {
    let answer = admin.get("/api-keys/").await;
    assert_eq!(answer.status, 200, "{answer:#?}");
    answer.json()["results"].as_array().unwrap().clone()
}

fn path_of(key: &Value) -> String {
    format!("/api-keys/{}/", key["id"].as_str().unwrap())
}

/// The company, speaking with the key that was created.
fn with(company: &TestCompany, created: &Value) -> TestCompany {
    company.with_key(created["key"].as_str().unwrap())
}

/// What is listed of a key that was created.
fn listed(created: &Value) -> Value {
    let mut listed = created.clone();
    listed.as_object_mut().unwrap().remove("key").unwrap();
    listed
}

/// Asks until the key is turned away, for as long as one may go on working.
async fn until_it_stops(caller: &TestCompany, path: &str) {
    let since = Instant::now();
    while caller.get(path).await.status != 401 {
        assert!(since.elapsed() < Duration::from_secs(5), "the key still works");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn a_created_key_is_shown_once_and_works(backend: Backend) {
    let stage = Stage::full(backend).await;
    let admin = stage.admin().await;
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
    assert_eq!(with(&admin, &created).read(stage.id).await, stage.read().await);
    let again = admin.get("/api-keys/").await;
    assert!(!again.body.contains(key) && again.body.contains("ctk_"), "{again:#?}");
}

async fn a_key_has_the_access_that_it_was_created_with(backend: Backend) {
    let stage = Stage::full(backend).await;
    let admin = stage.admin().await;
    for (access, expected) in
        [("read", [200, 403, 403]), ("write", [200, 200, 403]), ("admin", [200, 200, 200])]
    {
        let caller = with(&admin, &create(&admin, json!({ "access": access })).await);
        let answers = [
            caller.get(&stage.path()).await,
            caller.patch(&stage.path(), json!({})).await,
            caller.get("/api-keys/").await,
        ];
        assert_eq!(answers.map(|answer| answer.status), expected, "{access}");
    }
}

async fn what_is_not_sent_has_its_default(backend: Backend) {
    let stage = Stage::with(backend, json!({})).await;
    let admin = stage.admin().await;
    for body in [json!({}), json!({ "name": null, "expires_at": null })] {
        let created = create(&admin, body).await;
        assert_eq!((&created["name"], &created["expires_at"]), (&json!(null), &json!(null)));
        assert_eq!(created["access"], "write");
    }
}

async fn keys_are_listed_without_themselves(backend: Backend) {
    let stage = Stage::with(backend, json!({})).await;
    let admin = stage.admin().await;
    create(&admin_of(&stage.server, &stage.server.company().await).await, json!({})).await;
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

async fn every_bad_field_of_a_key_is_named(backend: Backend) {
    let stage = Stage::with(backend, json!({})).await;
    let admin = stage.admin().await;
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
        let answer = admin.post("/api-keys/", body).await;
        assert_eq!(answer.bad_fields(ProblemType::InvalidFields), bad(&expected));
    }
    assert_eq!(list(&admin).await, before);
}

async fn what_is_not_known_is_ignored_by_name(backend: Backend) {
    let stage = Stage::with(backend, json!({})).await;
    let admin = stage.admin().await;
    // Nobody brings a key, an id or a company of his own.
    let body = json!({ "key": "ctk_mine", "id": NEVER_WAS, "company_id": NEVER_WAS, "revoked_at": null });
    let answer = admin.post("/api-keys/", body).await;
    assert_eq!(answer.header("ignored-fields"), r#""key", "id", "company_id", "revoked_at""#);
    let created = answer.json();
    assert!(created["key"] != "ctk_mine" && created["id"] != NEVER_WAS, "{created:#?}");
    assert_eq!(with(&admin, &created).get(&stage.path()).await.status, 200);
}

async fn a_revoked_key_stops_working_and_stays_in_the_list(backend: Backend) {
    let stage = Stage::with(backend, json!({})).await;
    let admin = stage.admin().await;
    let [revoked, kept] = [create(&admin, json!({})).await, create(&admin, json!({})).await];
    let callers = [with(&admin, &revoked), with(&admin, &kept)];
    for caller in &callers {
        assert_eq!(caller.get(&stage.path()).await.status, 200);
    }
    let answer = admin.delete(&path_of(&revoked)).await;
    assert_eq!((answer.status, answer.body.as_str()), (204, ""));
    until_it_stops(&callers[0], &stage.path()).await;
    assert_eq!(callers[1].get(&stage.path()).await.status, 200);

    let find = async || {
        let keys = list(&admin).await;
        keys.into_iter().find(|key| key["id"] == revoked["id"]).unwrap()
    };
    let first = find().await;
    let mut expected = listed(&revoked);
    expected["revoked_at"] = first["revoked_at"].clone();
    assert_eq!(first, expected);
    assert!(first["revoked_at"].is_string(), "{first:#?}");
    assert_eq!(admin.delete(&path_of(&revoked)).await.status, 204, "revoked is revoked");
    assert_eq!(find().await, first, "at its time");
}

async fn a_key_may_revoke_itself(backend: Backend) {
    let stage = Stage::with(backend, json!({})).await;
    let admin = stage.admin().await;
    let created = create(&admin, json!({ "access": "admin" })).await;
    let leaked = with(&admin, &created);
    assert_eq!(leaked.delete(&path_of(&created)).await.status, 204);
    until_it_stops(&leaked, "/api-keys/").await;
    assert_eq!(admin.get("/api-keys/").await.status, 200);
}

async fn another_companys_key_is_no_key(backend: Backend) {
    let stage = Stage::with(backend, json!({})).await;
    let admin = stage.admin().await;
    let before = list(&admin).await;
    let theirs = path_of(&before[0]);
    let stranger = admin_of(&stage.server, &stage.server.company().await).await;
    for path in [theirs, format!("/api-keys/{NEVER_WAS}/")] {
        let problem = stranger.delete(&path).await.problem(ProblemType::ApiKeyNotFound);
        assert_eq!(problem.detail, "The company has no API key with this id.");
    }
    assert_eq!(list(&admin).await, before);
}

async fn an_unreadable_id_is_a_400(backend: Backend) {
    let stage = Stage::with(backend, json!({})).await;
    let admin = stage.admin().await;
    for id in ["7", "no-uuid", "%FF", "%00", "null", &NEVER_WAS[1..]] {
        let answer: Answer = admin.delete(&format!("/api-keys/{id}/")).await;
        let expected = bad(&[("api_key_id", "invalid_value")]);
        assert_eq!(answer.bad_fields(ProblemType::InvalidParameter), expected, "{id}");
    }
}

async fn the_missing_slash_is_served_alike(backend: Backend) {
    let stage = Stage::with(backend, json!({})).await;
    let admin = stage.admin().await;
    let answer = send_text(&admin, reqwest::Method::POST, "/api-keys", "{}").await;
    assert_eq!(answer.status, 201, "{answer:#?}");
    let path = path_of(&answer.json());
    assert_eq!(admin.get("/api-keys").await.status, 200);
    assert_eq!(admin.delete(path.trim_end_matches('/')).await.status, 204);
}
