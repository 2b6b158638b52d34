//! `add_tags` and `remove_tags` in an update.

use contact_model::{CustomFieldType, ProblemType};
use contact_testing::{Backend, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::fixture::{Fixture, bad};

on_both_databases!(
    tags_are_added_at_the_end_and_removed_everywhere,
    tags_and_other_keys_change_in_one_write,
    change_without_effect_writes_nothing,
    contradicting_keys_are_refused,
    limit_applies_to_the_tags_after_the_change,
    receipt_contains_the_tags_before_and_after,
    strict_handling_accepts_both_keys,
    batch_accepts_both_keys,
    create_ignores_both_keys,
);

async fn tags_are_added_at_the_end_and_removed_everywhere(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    fixture.patch(json!({ "tags": ["b", "a", "b"] })).await;
    let response =
        fixture.patch(json!({ "add_tags": ["c", "a", "d", "c"], "remove_tags": ["b", "x"] })).await;
    assert_eq!((response.status, &response.json()["tags"]), (200, &json!(["a", "c", "d"])));
    assert_eq!(response.optional_header("ignored-fields"), None);
    assert_eq!(fixture.read().await["tags"], json!(["a", "c", "d"]));
    let counts = fixture.company.get("/tags/").await.json()["results"].clone();
    let tags: Vec<&str> = counts.as_array().unwrap().iter().filter_map(|one| one["tag"].as_str()).collect();
    assert_eq!(tags, ["a", "c", "d"]);
    assert_eq!(fixture.company.get("/contacts/?tag=c").await.json()["results"][0]["id"], json!(fixture.id));
    assert_eq!(fixture.company.get("/contacts/?tag=b").await.json()["results"], json!([]));
}

async fn tags_and_other_keys_change_in_one_write(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let body =
        json!({ "notes": "Called", "is_dnd": true, "add_tags": ["x"], "custom_fields": { "Plan": 1 } });
    let written = fixture.patch(body).await.json();
    assert_eq!((&written["tags"], &written["is_dnd"]), (&json!(["vip", "x"]), &json!(true)));
    assert_eq!(fixture.read().await["custom_fields"], json!({ "Plan": 1 }));
}

async fn change_without_effect_writes_nothing(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let before = fixture.read().await;
    let etag = fixture.company.get(&fixture.path()).await.header("etag").to_owned();
    for body in [
        json!({ "add_tags": ["vip"] }),
        json!({ "remove_tags": ["VIP"] }),
        json!({ "add_tags": [], "remove_tags": [] }),
    ] {
        assert_eq!(fixture.patch(body).await.status, 200);
    }
    assert_eq!(fixture.read().await, before);
    assert_eq!(fixture.company.get(&fixture.path()).await.header("etag"), etag);
    fixture.patch(json!({ "add_tags": ["new"] })).await;
    let request = fixture.company.request(Method::PATCH, &fixture.path()).header("If-Match", etag);
    let outdated = fixture.company.send(request.json(&json!({ "add_tags": ["lost"] }))).await;
    outdated.problem(ProblemType::PreconditionFailed);
    assert_eq!(fixture.read().await["tags"], json!(["vip", "new"]));
}

async fn contradicting_keys_are_refused(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let both = json!({ "tags": ["a"], "add_tags": ["b"], "remove_tags": ["c"] });
    let named = [("/add_tags", "invalid_value"), ("/remove_tags", "invalid_value")];
    assert_eq!(fixture.refused(both).await, bad(&named));
    let same = json!({ "add_tags": ["a", "b"], "remove_tags": ["b"] });
    assert_eq!(fixture.refused(same).await, bad(&[("/remove_tags/0", "invalid_value")]));
    let null = json!({ "add_tags": null, "remove_tags": ["x".repeat(101)] });
    let named = [("/add_tags", "null_not_allowed"), ("/remove_tags/0", "too_long")];
    assert_eq!(fixture.refused(null).await, bad(&named));
}

async fn limit_applies_to_the_tags_after_the_change(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let many: Vec<String> = (0..200).map(|n| n.to_string()).collect();
    fixture.patch(json!({ "tags": many })).await;
    assert_eq!(fixture.refused(json!({ "add_tags": ["x"] })).await, bad(&[("/add_tags", "too_many")]));
    fixture.define("Age", CustomFieldType::Number).await;
    let two = json!({ "add_tags": ["x"], "custom_fields": { "Age": "old" } });
    let named = [("/add_tags", "too_many"), ("/custom_fields/Age", "wrong_type")];
    assert_eq!(fixture.refused(two).await, bad(&named));
    let swapped = fixture.patch(json!({ "add_tags": ["x"], "remove_tags": ["0"] })).await;
    assert_eq!((swapped.status, swapped.json()["tags"].as_array().map(Vec::len)), (200, Some(200)));
}

async fn receipt_contains_the_tags_before_and_after(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let send = |body: Value| {
        let request =
            fixture.company.request(Method::PATCH, &fixture.path()).header("Prefer", "return=receipt");
        fixture.company.send(request.json(&body))
    };
    let response = send(json!({ "add_tags": ["x"], "remove_tags": ["vip"] })).await.json();
    let changed = json!({ "tags": { "before": ["vip"], "after": ["x"] } });
    assert_eq!(
        (&response["receipt"]["changed"], &response["receipt"]["action"]),
        (&changed, &json!("updated"))
    );
    assert_eq!(
        (&response["receipt"]["normalised"], &response["receipt"]["ignored"]),
        (&json!({}), &json!([])),
        "both keys describe changes, not values to be stored"
    );
    let again = send(json!({ "add_tags": ["x"] })).await.json();
    assert_eq!(
        (&again["receipt"]["action"], &again["receipt"]["changed"]),
        (&json!("unchanged"), &json!({}))
    );
}

async fn strict_handling_accepts_both_keys(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let request = fixture.company.request(Method::PATCH, &fixture.path()).header("Prefer", "handling=strict");
    let body = json!({ "add_tags": ["vip", "x"], "remove_tags": ["gone"] });
    let response = fixture.company.send(request.json(&body)).await;
    assert_eq!((response.status, &response.json()["tags"]), (200, &json!(["vip", "x"])));
}

async fn batch_accepts_both_keys(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let update = |body: Value| {
        let mut item = json!({ "op": "update", "id": fixture.id });
        item.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        item
    };
    let items = json!({ "items": [
        update(json!({ "add_tags": ["x", "y"] })),
        update(json!({ "tags": ["z"], "remove_tags": ["x"] })),
        update(json!({ "remove_tags": ["x", "vip"] })),
    ] });
    let response = fixture.company.post("/contacts/batch/", items).await.json();
    let statuses: Vec<_> = response["results"].as_array().unwrap().iter().map(|one| &one["status"]).collect();
    assert_eq!(statuses, [200, 400, 200]);
    assert_eq!(response["results"][1]["problem"]["errors"][0]["pointer"], "/remove_tags");
    assert_eq!(fixture.read().await["tags"], json!(["y"]));
}

async fn create_ignores_both_keys(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let body = json!({ "email": "jane@example.com", "add_tags": ["x"], "remove_tags": ["vip"] });
    let response = fixture.company.post("/contacts/", body).await;
    assert_eq!((response.status, response.header("ignored-fields")), (200, r#""add_tags", "remove_tags""#));
    assert_eq!(fixture.read().await["tags"], json!(["vip"]));
}
