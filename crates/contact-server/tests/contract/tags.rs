//! Adding and removing tags, and the list of a company's tags.

use contact_model::ProblemType;
use contact_testing::{Backend, TestResponse, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::fixture::{Fixture, bad};

on_both_databases!(
    tags_are_added_at_the_end,
    tag_with_special_characters_in_the_path_is_removed,
    adding_an_existing_tag_or_removing_a_missing_one_changes_nothing,
    invalid_bodies_are_refused,
    tags_are_listed_with_their_counts,
    list_of_tags_has_pages,
    counts_are_updated_with_every_change,
);

async fn add(fixture: &Fixture, tags: Value) -> TestResponse {
    fixture.company.post(&format!("{}tags/", fixture.path()), json!({ "tags": tags })).await
}

async fn remove(fixture: &Fixture, tag: &str) -> TestResponse {
    let path = format!("{}tags/{tag}/", fixture.path());
    fixture.company.send(fixture.company.request(Method::DELETE, &path)).await
}

async fn tags(fixture: &Fixture) -> Value {
    fixture.company.get("/tags/").await.json()["results"].clone()
}

async fn tags_are_added_at_the_end(backend: Backend) {
    let fixture = Fixture::with(backend, json!({ "tags": ["vip"] })).await;
    let response = add(&fixture, json!(["news", "vip", "news", "a"])).await;
    assert_eq!((response.status, &response.json()["tags"]), (200, &json!(["vip", "news", "a"])));
    assert_eq!(fixture.read().await["tags"], json!(["vip", "news", "a"]));
}

async fn tag_with_special_characters_in_the_path_is_removed(backend: Backend) {
    let special = json!(["a/b", "100%", "ä ö", "?", "#1", "..", "vip"]);
    let fixture = Fixture::with(backend, json!({ "tags": special })).await;
    let mut left = 7;
    for path in ["a%2Fb", "100%25", "%C3%A4%20%C3%B6", "%3F", "%231", "vip"] {
        let response = remove(&fixture, path).await;
        left -= 1;
        assert_eq!(
            (response.status, response.json()["tags"].as_array().unwrap().len()),
            (200, left),
            "{path}"
        );
    }
    assert_eq!(fixture.read().await["tags"], json!([".."]));
    let response = remove(&fixture, "%FF").await;
    assert_eq!(response.invalid_fields(ProblemType::InvalidParameter), bad(&[("tag", "invalid_value")]));
    let response = remove(&fixture, "a%00b").await;
    assert_eq!(response.invalid_fields(ProblemType::InvalidParameter), bad(&[("tag", "invalid_value")]));
}

async fn adding_an_existing_tag_or_removing_a_missing_one_changes_nothing(backend: Backend) {
    let fixture = Fixture::with(backend, json!({ "tags": ["vip"] })).await;
    fixture.patch(json!({ "tags": ["vip", "x", "vip"] })).await;
    let before = fixture.read().await;
    assert_eq!(add(&fixture, json!(["x"])).await.status, 200);
    assert_eq!(add(&fixture, json!([])).await.status, 200);
    assert_eq!(remove(&fixture, "VIP").await.status, 200);
    assert_eq!(fixture.read().await, before, "nothing was written");
    assert_eq!(remove(&fixture, "vip").await.json()["tags"], json!(["x"]), "every occurrence is removed");
}

async fn invalid_bodies_are_refused(backend: Backend) {
    let fixture = Fixture::with(backend, json!({ "tags": ["vip"] })).await;
    let path = format!("{}tags/", fixture.path());
    for (body, named) in [
        (json!({}), ("/tags", "required")),
        (json!({ "tags": null }), ("/tags", "null_not_allowed")),
        (json!({ "tags": "vip" }), ("/tags", "wrong_type")),
        (json!({ "tags": ["x".repeat(101)] }), ("/tags/0", "too_long")),
        (json!({ "tags": (0..200).map(|n| n.to_string()).collect::<Vec<_>>() }), ("/tags", "too_many")),
    ] {
        let response = fixture.company.post(&path, body).await;
        assert_eq!(response.invalid_fields(ProblemType::InvalidFields), bad(&[named]));
    }
    assert_eq!(fixture.read().await["tags"], json!(["vip"]));
}

async fn tags_are_listed_with_their_counts(backend: Backend) {
    let fixture = Fixture::with(backend, json!({ "tags": ["b", "a"] })).await;
    fixture.company.create(json!({ "tags": ["b", "ä", "b"] })).await;
    let other = fixture.company.server.company().await;
    other.create(json!({ "tags": ["b", "stranger's"] })).await;
    let expected = json!([
        { "tag": "a", "contacts": 1 }, { "tag": "b", "contacts": 2 }, { "tag": "ä", "contacts": 1 },
    ]);
    assert_eq!(tags(&fixture).await, expected);
}

async fn list_of_tags_has_pages(backend: Backend) {
    let many: Vec<String> = (0..120).map(|n| format!("t{n:03}")).collect();
    let fixture = Fixture::with(backend, json!({ "tags": many })).await;
    let (mut seen, mut path) = (Vec::new(), "/tags/?page_size=50".to_owned());
    loop {
        let page = fixture.company.get(&path).await.json();
        let results = page["results"].as_array().unwrap();
        seen.extend(results.iter().map(|tag| tag["tag"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        path = next.to_owned();
    }
    assert_eq!(seen, many);
    for query in ["cursor=x", "cursor=", "page_size=0", "page_size=201", "page_size=x"] {
        let name = query.split('=').next().unwrap();
        let response = fixture.company.get(&format!("/tags/?{query}")).await;
        let named = response.invalid_fields(ProblemType::InvalidParameter);
        assert_eq!(named, bad(&[(name, "invalid_value")]), "{query}");
    }
}

async fn counts_are_updated_with_every_change(backend: Backend) {
    let fixture = Fixture::with(backend, json!({ "tags": ["vip"], "email": "jane@example.com" })).await;
    fixture.company.create(json!({ "tags": ["vip"] })).await;
    fixture.company.post("/contacts/", json!({ "email": "jane@example.com", "tags": ["more", "vip"] })).await;
    assert_eq!(
        tags(&fixture).await,
        json!([{ "tag": "more", "contacts": 1 }, { "tag": "vip", "contacts": 2 }])
    );
    fixture.patch(json!({ "tags": ["vip", "vip", "new"] })).await;
    assert_eq!(
        tags(&fixture).await,
        json!([{ "tag": "new", "contacts": 1 }, { "tag": "vip", "contacts": 2 }])
    );
    remove(&fixture, "vip").await;
    remove(&fixture, "new").await;
    assert_eq!(tags(&fixture).await, json!([{ "tag": "vip", "contacts": 1 }]));
    fixture.patch(json!({ "tags": (0..201).map(|n| n.to_string()).collect::<Vec<_>>() })).await;
    assert_eq!(
        tags(&fixture).await,
        json!([{ "tag": "vip", "contacts": 1 }]),
        "a refused write does not change counts"
    );
}
