//! A tag renamed for all contacts of a company.

use contact_model::ProblemType;
use contact_testing::{Answer, Backend, TestCompany, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::stage::{Stage, bad};

on_both_databases!(
    every_contact_that_has_the_tag_gets_the_new_name,
    a_contact_with_both_tags_keeps_one,
    more_contacts_than_a_piece_has_are_all_renamed,
    a_rename_that_was_interrupted_is_finished_by_the_same_request,
    an_answered_request_renames_nothing_when_it_is_sent_again,
    a_dry_run_tells_how_many_contacts_would_change,
    a_bad_name_is_refused,
    deleted_contacts_and_other_companies_keep_the_old_name,
);

async fn rename(company: &TestCompany, old: &str, new: &str) -> Answer {
    company.patch(&format!("/tags/{old}/"), json!({ "name": new })).await
}

async fn tags(company: &TestCompany) -> Value {
    company.get("/tags/").await.json()["results"].clone()
}

async fn every_contact_that_has_the_tag_gets_the_new_name(backend: Backend) {
    let stage = Stage::with(backend, json!({ "tags": ["a", "b/c ü", "d"] })).await;
    let other = stage.company.create(json!({ "tags": ["a"] })).await;
    let untouched = stage.company.read(other).await;
    let (before, tag) =
        (stage.read().await, stage.company.get(&stage.path()).await.header("etag").to_owned());
    let answer = rename(&stage.company, "b%2Fc%20%C3%BC", "new").await;
    assert_eq!((answer.status, answer.json()), (200, json!({ "tag": "new", "changed": 1 })));
    let after = stage.read().await;
    assert_eq!(after["tags"], json!(["a", "new", "d"]));
    assert!(after["updated_at"].as_str() > before["updated_at"].as_str());
    assert_ne!(stage.company.get(&stage.path()).await.header("etag"), tag);
    assert_eq!(stage.company.read(other).await, untouched);
    let found = stage.company.get("/contacts/?tag=new").await.json();
    assert_eq!(found["results"][0]["id"], json!(stage.id));
    let unknown = rename(&stage.company, "nowhere", "new").await;
    assert_eq!((unknown.status, &unknown.json()["changed"]), (200, &json!(0)));
    assert_eq!(rename(&stage.company, "a", "a").await.json()["changed"], 0);
    assert_eq!(stage.company.read(other).await, untouched);
}

async fn a_contact_with_both_tags_keeps_one(backend: Backend) {
    let stage = Stage::with(backend, json!({})).await;
    stage.patch(json!({ "tags": ["new", "x", "old", "old"] })).await;
    assert_eq!(rename(&stage.company, "old", "new").await.json()["changed"], 1);
    assert_eq!(stage.read().await["tags"], json!(["new", "x"]));
    let expected = json!([{ "tag": "new", "contacts": 1 }, { "tag": "x", "contacts": 1 }]);
    assert_eq!(tags(&stage.company).await, expected);
}

/// Creates so many contacts with the tag `old`.
async fn make(company: &TestCompany, count: usize) {
    let item = json!({ "op": "insert", "tags": ["old"] });
    let answer = company.post("/contacts/batch/", json!({ "items": vec![item; count] })).await;
    assert_eq!(answer.status, 200, "{answer:#?}");
}

async fn more_contacts_than_a_piece_has_are_all_renamed(backend: Backend) {
    let stage = Stage::with(backend, json!({ "tags": ["old", "new"] })).await;
    make(&stage.company, 300).await;
    assert_eq!(rename(&stage.company, "old", "new").await.json()["changed"], 301);
    assert_eq!(tags(&stage.company).await, json!([{ "tag": "new", "contacts": 301 }]));
}

async fn a_rename_that_was_interrupted_is_finished_by_the_same_request(backend: Backend) {
    let stage = Stage::with(backend, json!({ "tags": ["old"] })).await;
    make(&stage.company, 2).await;
    // As a server leaves it that stopped after the first piece.
    stage.patch(json!({ "tags": ["new"] })).await;
    assert_eq!(rename(&stage.company, "old", "new").await.json()["changed"], 2);
    assert_eq!(rename(&stage.company, "old", "new").await.json()["changed"], 0);
    assert_eq!(tags(&stage.company).await, json!([{ "tag": "new", "contacts": 3 }]));
}

async fn an_answered_request_renames_nothing_when_it_is_sent_again(backend: Backend) {
    let stage = Stage::with(backend, json!({ "tags": ["old"] })).await;
    let send = async |name: &str| {
        let request = stage.company.request(Method::PATCH, "/tags/old/").header("Idempotency-Key", "a");
        stage.company.send(request.json(&json!({ "name": name }))).await
    };
    let first = send("new").await;
    assert_eq!(first.json()["changed"], 1);
    stage.patch(json!({ "tags": ["old"] })).await;
    let again = send("new").await;
    assert_eq!((again.header("idempotent-replayed"), &again.body), ("true", &first.body));
    send("newer").await.problem(ProblemType::KeyReused);
    assert_eq!(stage.read().await["tags"], json!(["old"]));
}

async fn a_dry_run_tells_how_many_contacts_would_change(backend: Backend) {
    let stage = Stage::with(backend, json!({ "tags": ["old"] })).await;
    make(&stage.company, 2).await;
    let before = stage.read().await;
    for (path, changed) in [("/tags/old/", 3), ("/tags/nowhere/", 0)] {
        let request = stage.company.request(Method::PATCH, path).header("Prefer", "tx=rollback");
        let answer = stage.company.send(request.json(&json!({ "name": "new" }))).await;
        assert_eq!((answer.status, answer.header("preference-applied")), (200, "tx=rollback"));
        assert_eq!(answer.json(), json!({ "tag": "new", "changed": changed }));
    }
    assert_eq!(stage.read().await, before);
    assert_eq!(tags(&stage.company).await, json!([{ "tag": "old", "contacts": 3 }]));
}

async fn a_bad_name_is_refused(backend: Backend) {
    let stage = Stage::with(backend, json!({ "tags": ["old"] })).await;
    for (body, code) in [
        (json!({}), "required"),
        (json!({ "name": " " }), "required"),
        (json!({ "name": 7 }), "wrong_type"),
        (json!({ "name": "x".repeat(101) }), "too_long"),
    ] {
        let answer = stage.company.patch("/tags/old/", body).await;
        assert_eq!(answer.bad_fields(ProblemType::InvalidFields), bad(&[("/name", code)]));
    }
    for tag in ["%00", "%FF"] {
        let answer = rename(&stage.company, tag, "new").await;
        assert_eq!(answer.bad_fields(ProblemType::InvalidParameter), bad(&[("tag", "invalid_value")]));
    }
    assert_eq!(stage.read().await["tags"], json!(["old"]));
}

async fn deleted_contacts_and_other_companies_keep_the_old_name(backend: Backend) {
    let stage = Stage::with(backend, json!({ "tags": ["old"] })).await;
    let other = stage.server.company().await;
    let theirs = other.create(json!({ "tags": ["old"] })).await;
    stage.company.delete(&stage.path()).await;
    assert_eq!(rename(&stage.company, "old", "new").await.json()["changed"], 0);
    stage.company.send(stage.company.request(Method::POST, &format!("{}restore/", stage.path()))).await;
    assert_eq!(stage.read().await["tags"], json!(["old"]));
    assert_eq!(other.read(theirs).await["tags"], json!(["old"]));
}
