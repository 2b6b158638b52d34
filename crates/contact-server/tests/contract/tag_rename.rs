//! Renaming a tag for all contacts of a company.

use contact_model::ProblemType;
use contact_testing::{Backend, TestCompany, TestResponse, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::fixture::{Fixture, bad};

on_both_databases!(
    tag_is_renamed_for_every_contact_that_has_it,
    contact_with_both_tags_keeps_one,
    tag_is_renamed_for_more_contacts_than_one_transaction_has,
    repeating_an_interrupted_rename_completes_it,
    replayed_rename_changes_nothing,
    dry_run_counts_contacts_that_would_change,
    invalid_name_is_refused,
    deleted_contacts_and_other_companies_keep_the_old_name,
);

async fn rename(company: &TestCompany, old: &str, new: &str) -> TestResponse {
    company.patch(&format!("/tags/{old}/"), json!({ "name": new })).await
}

async fn tags(company: &TestCompany) -> Value {
    company.get("/tags/").await.json()["results"].clone()
}

async fn tag_is_renamed_for_every_contact_that_has_it(backend: Backend) {
    let fixture = Fixture::with(backend, json!({ "tags": ["a", "b/c ü", "d"] })).await;
    let other = fixture.company.create(json!({ "tags": ["a"] })).await;
    let untouched = fixture.company.read(other).await;
    let (before, tag) =
        (fixture.read().await, fixture.company.get(&fixture.path()).await.header("etag").to_owned());
    let response = rename(&fixture.company, "b%2Fc%20%C3%BC", "new").await;
    assert_eq!((response.status, response.json()), (200, json!({ "tag": "new", "changed": 1 })));
    let after = fixture.read().await;
    assert_eq!(after["tags"], json!(["a", "new", "d"]));
    assert!(after["updated_at"].as_str() > before["updated_at"].as_str());
    assert_ne!(fixture.company.get(&fixture.path()).await.header("etag"), tag);
    assert_eq!(fixture.company.read(other).await, untouched);
    let found = fixture.company.get("/contacts/?tag=new").await.json();
    assert_eq!(found["results"][0]["id"], json!(fixture.id));
    let unknown = rename(&fixture.company, "unknown", "new").await;
    assert_eq!((unknown.status, &unknown.json()["changed"]), (200, &json!(0)));
    assert_eq!(rename(&fixture.company, "a", "a").await.json()["changed"], 0);
    assert_eq!(fixture.company.read(other).await, untouched);
}

async fn contact_with_both_tags_keeps_one(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    fixture.patch(json!({ "tags": ["new", "x", "old", "old"] })).await;
    assert_eq!(rename(&fixture.company, "old", "new").await.json()["changed"], 1);
    assert_eq!(fixture.read().await["tags"], json!(["new", "x"]));
    let expected = json!([{ "tag": "new", "contacts": 1 }, { "tag": "x", "contacts": 1 }]);
    assert_eq!(tags(&fixture.company).await, expected);
}

/// Creates `count` contacts with the tag `old`.
async fn make(company: &TestCompany, count: usize) {
    let item = json!({ "op": "insert", "tags": ["old"] });
    let response = company.post("/contacts/batch/", json!({ "items": vec![item; count] })).await;
    assert_eq!(response.status, 200, "{response:#?}");
}

async fn tag_is_renamed_for_more_contacts_than_one_transaction_has(backend: Backend) {
    let fixture = Fixture::with(backend, json!({ "tags": ["old", "new"] })).await;
    make(&fixture.company, 300).await;
    assert_eq!(rename(&fixture.company, "old", "new").await.json()["changed"], 301);
    assert_eq!(tags(&fixture.company).await, json!([{ "tag": "new", "contacts": 301 }]));
}

async fn repeating_an_interrupted_rename_completes_it(backend: Backend) {
    let fixture = Fixture::with(backend, json!({ "tags": ["old"] })).await;
    make(&fixture.company, 2).await;
    // The state after a server stopped in the middle of a rename.
    fixture.patch(json!({ "tags": ["new"] })).await;
    assert_eq!(rename(&fixture.company, "old", "new").await.json()["changed"], 2);
    assert_eq!(rename(&fixture.company, "old", "new").await.json()["changed"], 0);
    assert_eq!(tags(&fixture.company).await, json!([{ "tag": "new", "contacts": 3 }]));
}

async fn replayed_rename_changes_nothing(backend: Backend) {
    let fixture = Fixture::with(backend, json!({ "tags": ["old"] })).await;
    let send = async |name: &str| {
        let request = fixture.company.request(Method::PATCH, "/tags/old/").header("Idempotency-Key", "a");
        fixture.company.send(request.json(&json!({ "name": name }))).await
    };
    let first = send("new").await;
    assert_eq!(first.json()["changed"], 1);
    fixture.patch(json!({ "tags": ["old"] })).await;
    let again = send("new").await;
    assert_eq!((again.header("idempotent-replayed"), &again.body), ("true", &first.body));
    send("newer").await.problem(ProblemType::KeyReused);
    assert_eq!(fixture.read().await["tags"], json!(["old"]));
}

async fn dry_run_counts_contacts_that_would_change(backend: Backend) {
    let fixture = Fixture::with(backend, json!({ "tags": ["old"] })).await;
    make(&fixture.company, 2).await;
    let before = fixture.read().await;
    for (path, changed) in [("/tags/old/", 3), ("/tags/unknown/", 0)] {
        let request = fixture.company.request(Method::PATCH, path).header("Prefer", "tx=rollback");
        let response = fixture.company.send(request.json(&json!({ "name": "new" }))).await;
        assert_eq!((response.status, response.header("preference-applied")), (200, "tx=rollback"));
        assert_eq!(response.json(), json!({ "tag": "new", "changed": changed }));
    }
    assert_eq!(fixture.read().await, before);
    assert_eq!(tags(&fixture.company).await, json!([{ "tag": "old", "contacts": 3 }]));
}

async fn invalid_name_is_refused(backend: Backend) {
    let fixture = Fixture::with(backend, json!({ "tags": ["old"] })).await;
    for (body, code) in [
        (json!({}), "required"),
        (json!({ "name": " " }), "required"),
        (json!({ "name": 7 }), "wrong_type"),
        (json!({ "name": "x".repeat(101) }), "too_long"),
    ] {
        let response = fixture.company.patch("/tags/old/", body).await;
        assert_eq!(response.invalid_fields(ProblemType::InvalidFields), bad(&[("/name", code)]));
    }
    for tag in ["%00", "%FF"] {
        let response = rename(&fixture.company, tag, "new").await;
        assert_eq!(response.invalid_fields(ProblemType::InvalidParameter), bad(&[("tag", "invalid_value")]));
    }
    assert_eq!(fixture.read().await["tags"], json!(["old"]));
}

async fn deleted_contacts_and_other_companies_keep_the_old_name(backend: Backend) {
    let fixture = Fixture::with(backend, json!({ "tags": ["old"] })).await;
    let other = fixture.company.server.company().await;
    let foreign = other.create(json!({ "tags": ["old"] })).await;
    fixture.company.delete(&fixture.path()).await;
    assert_eq!(rename(&fixture.company, "old", "new").await.json()["changed"], 0);
    fixture.company.send(fixture.company.request(Method::POST, &format!("{}restore/", fixture.path()))).await;
    assert_eq!(fixture.read().await["tags"], json!(["old"]));
    assert_eq!(other.read(foreign).await["tags"], json!(["old"]));
}
