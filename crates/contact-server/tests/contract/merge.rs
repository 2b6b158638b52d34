//! Merging contacts.

use contact_model::{ContactId, ProblemType};
use contact_testing::{Backend, TestResponse, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::fixture::{Fixture, UNKNOWN_ID, path_of};

on_both_databases!(
    merge_returns_the_contact_and_a_receipt,
    requests_for_a_merged_contact_name_the_other_one,
    precondition_and_dry_run_apply,
    replayed_merge_is_done_once,
    create_merges_two_contacts,
    batch_items_of_merged_contacts_are_refused,
    invalid_merges_are_refused,
    duplicates_are_listed_in_pages,
    merges_are_in_the_feed_and_undone,
);

/// Two contacts: the one of the fixture, and another one.
async fn two(backend: Backend) -> (Fixture, ContactId) {
    let fixture = Fixture::with(backend, json!({ "email": "jane@example.com", "tags": ["a"] })).await;
    let other = json!({ "phone_number": "+14155552672", "notes": "b", "tags": ["b"] });
    let id = fixture.company.create(other).await;
    (fixture, id)
}

async fn merge(fixture: &Fixture, from: ContactId) -> TestResponse {
    fixture.company.post(&format!("{}merge/", fixture.path()), json!({ "from": from })).await
}

fn canonical(fixture: &Fixture) -> String {
    format!("<{}>; rel=\"canonical\"", fixture.path())
}

async fn merge_returns_the_contact_and_a_receipt(backend: Backend) {
    let (fixture, other) = two(backend).await;
    let path = format!("{}merge/?include=updated_at", fixture.path());
    let request = fixture.company.request(Method::POST, &path).header("Prefer", "return=receipt");
    let response = fixture.company.send(request.json(&json!({ "from": other }))).await;
    assert_eq!(response.status, 200);
    let body = response.json();
    assert_eq!(body["receipt"]["action"], "merged");
    assert_eq!(body["receipt"]["changed"]["tags"], json!({ "before": ["a"], "after": ["a", "b"] }));
    assert_eq!(body["contact"]["notes"], "b");
    assert!(body["contact"]["updated_at"].is_string());
    assert_eq!(fixture.read().await["tags"], json!(["a", "b"]));
}

async fn requests_for_a_merged_contact_name_the_other_one(backend: Backend) {
    let (fixture, other) = two(backend).await;
    merge(&fixture, other).await;
    let path = path_of(other);
    let requests = [
        (Method::GET, String::new(), None),
        (Method::GET, "?pn=true".to_owned(), None),
        (Method::PATCH, String::new(), Some(json!({ "notes": "c" }))),
        (Method::DELETE, String::new(), None),
        (Method::POST, "restore/".to_owned(), None),
        (Method::POST, "merge/".to_owned(), Some(json!({ "from": fixture.id }))),
        (Method::PUT, "active-agent/".to_owned(), Some(json!({ "agent_id": null }))),
        (Method::GET, "threads/".to_owned(), None),
        (Method::POST, "tags/".to_owned(), Some(json!({ "tags": ["c"] }))),
        (Method::DELETE, "tags/b/".to_owned(), None),
    ];
    for (method, rest, body) in requests {
        let mut request = fixture.company.request(method.clone(), &format!("{path}{rest}"));
        if let Some(body) = &body {
            request = request.json(body);
        }
        let response = fixture.company.send(request).await;
        assert_eq!(response.status, 410, "{method} {rest}");
        assert_eq!(response.header("link"), canonical(&fixture), "{method} {rest}");
        let problem = response.json();
        assert!(problem["type"].as_str().unwrap().ends_with(":contact-merged"), "{problem}");
        assert!(problem["detail"].as_str().unwrap().contains(&fixture.id.to_string()), "{problem}");
    }
    let history = fixture.company.get(&format!("{path}history/")).await;
    assert_eq!((history.status, history.json()["results"][0]["action"].clone()), (200, json!("merged")));
    let erased =
        fixture.company.send(fixture.company.request(Method::DELETE, &format!("{path}?erase=true"))).await;
    assert_eq!(erased.status, 204);
    assert_eq!(fixture.company.get(&path).await.status, 404);
    assert_eq!(fixture.read().await["notes"], "b");
}

async fn precondition_and_dry_run_apply(backend: Backend) {
    let (fixture, other) = two(backend).await;
    let path = format!("{}merge/", fixture.path());
    let send = async |name: &'static str, value: &'static str| {
        let request = fixture.company.request(Method::POST, &path).header(name, value);
        fixture.company.send(request.json(&json!({ "from": other }))).await
    };
    assert_eq!(send("If-Match", "\"outdated\"").await.status, 412);
    let dry = send("Prefer", "tx=rollback").await;
    assert_eq!((dry.status, dry.json()["notes"].clone()), (200, json!("b")));
    assert_eq!(fixture.read().await["notes"], Value::Null);
    assert_eq!(fixture.company.get(&path_of(other)).await.status, 200);
}

async fn replayed_merge_is_done_once(backend: Backend) {
    let (fixture, other) = two(backend).await;
    let path = format!("{}merge/", fixture.path());
    let send = async || {
        let request = fixture.company.request(Method::POST, &path).header("Idempotency-Key", "merge");
        fixture.company.send(request.json(&json!({ "from": other }))).await
    };
    let first = send().await;
    assert_eq!(first.status, 200);
    fixture.patch(json!({ "notes": "c" })).await;
    let again = send().await;
    assert_eq!((again.header("idempotent-replayed"), again.json()), ("true", first.json()));
}

async fn create_merges_two_contacts(backend: Backend) {
    let (fixture, other) = two(backend).await;
    let body =
        json!({ "email": "jane@example.com", "phone_number": "+14155552672", "full_name": "jane doe" });
    let request = fixture.company.request(Method::POST, "/contacts/").header("Prefer", "match=merge");
    let response = fixture.company.send(request.json(&body)).await;
    assert_eq!((response.status, response.header("location")), (200, path_of(other).as_str()));
    assert_eq!(response.header("preference-applied"), "match=merge");
    let contact = fixture.company.get(&path_of(other)).await.json();
    let values = ["name", "email", "notes"].map(|key| contact[key].clone());
    assert_eq!(values, ["Jane Doe", "jane@example.com", "b"].map(Value::from));
    assert_eq!(fixture.company.get(&fixture.path()).await.status, 410);
}

async fn batch_items_of_merged_contacts_are_refused(backend: Backend) {
    let (fixture, other) = two(backend).await;
    merge(&fixture, other).await;
    let items = json!([{ "op": "update", "id": other, "notes": "c" }, { "op": "delete", "id": other }]);
    let response = fixture.company.post("/contacts/batch/", json!({ "items": items })).await.json();
    for result in response["results"].as_array().unwrap() {
        assert_eq!(result["status"], 410, "{result}");
    }
    let path = "/contacts/batch/?atomic=true";
    let response = fixture.company.post(path, json!({ "items": items })).await;
    assert_eq!((response.status, response.header("link")), (410, canonical(&fixture).as_str()));
}

async fn invalid_merges_are_refused(backend: Backend) {
    let (fixture, other) = two(backend).await;
    let path = format!("{}merge/", fixture.path());
    for (body, pointer) in [
        (json!({}), "/from"),
        (json!({ "from": null }), "/from"),
        (json!({ "from": "x" }), "/from"),
        (json!({ "from": fixture.id }), "/from"),
        (json!({ "from": UNKNOWN_ID }), "/from"),
        (json!({ "from": other, "prefer": { "custom_fields.None": "from" } }), "/prefer/custom_fields.None"),
        (json!({ "from": other, "prefer": { "tags": "from" } }), "/prefer/tags"),
        (json!({ "from": other, "prefer": { "email": "into" } }), "/prefer/email"),
        (json!({ "from": other, "prefer": "email" }), "/prefer"),
        (json!({ "from": other, "preferred": {} }), "/preferred"),
    ] {
        let response = fixture.company.post(&path, body.clone()).await;
        let fields = response.invalid_fields(ProblemType::InvalidFields);
        assert_eq!(
            fields.iter().map(|(pointer, _)| pointer.as_str()).collect::<Vec<_>>(),
            [pointer],
            "{body}"
        );
    }
    let unknown =
        fixture.company.post(&format!("/contacts/{UNKNOWN_ID}/merge/"), json!({ "from": other })).await;
    assert_eq!(unknown.status, 404);
    assert_eq!(fixture.company.get(&path_of(other)).await.status, 200);
}

async fn merges_are_in_the_feed_and_undone(backend: Backend) {
    let (fixture, other) = two(backend).await;
    let merged = merge(&fixture, other).await;
    let feed = fixture.company.get("/changes/?action=merged&include=contact").await.json();
    let entries = feed["results"].as_array().unwrap();
    assert_eq!(entries.len(), 2, "{feed}");
    let into = json!({ "merged_into": { "before": null, "after": fixture.id } });
    assert_eq!((&entries[0]["contact_id"], &entries[0]["changed"]), (&json!(other), &into));
    assert_eq!(entries[1]["contact"]["notes"], "b");
    let body = json!({ "request_id": merged.header("x-request-id") });
    let undone = fixture.company.post("/changes/revert/", body).await.json();
    assert_eq!(undone["reverted"], 2, "{undone}");
    assert_eq!(fixture.read().await["notes"], Value::Null);
    assert_eq!(fixture.company.get(&path_of(other)).await.json()["notes"], "b");
}

async fn duplicates_are_listed_in_pages(backend: Backend) {
    let (fixture, other) = two(backend).await;
    fixture.patch(json!({ "phone_number": "(415) 555-2672" })).await;
    let third = fixture.company.create(json!({ "full_name": "Jane", "business_name": "Example" })).await;
    let fourth = fixture.company.create(json!({ "full_name": "jane", "business_name": "EXAMPLE" })).await;
    let path = "/contacts/duplicates/?page_size=1";
    let first = fixture.company.get(path).await.json();
    let group = &first["results"][0];
    assert_eq!((&group["reason"], &group["count"]), (&json!("phone"), &json!(2)));
    let ids: Vec<&Value> =
        group["contacts"].as_array().unwrap().iter().map(|contact| &contact["id"]).collect();
    assert_eq!(ids, [&json!(fixture.id), &json!(other)]);
    assert_eq!(crate::fixture::keys(&group["contacts"][0]).len(), 12);
    let next = first["next"].as_str().unwrap();
    assert!(next.starts_with(path) && !next.contains("2672"), "{next}");
    let second = fixture.company.get(next).await.json();
    assert_eq!(second["results"][0]["reason"], "name");
    assert_eq!(second["results"][0]["contacts"][1]["id"], json!(fourth));
    let last = fixture.company.get(second["next"].as_str().unwrap()).await.json();
    assert_eq!(last, json!({ "results": [], "next": null, "next_cursor": null }));
    let only = fixture.company.get("/contacts/duplicates/?reason=email,name").await.json();
    assert_eq!((only["results"].as_array().unwrap().len(), &only["next"]), (1, &Value::Null));
    assert_eq!(only["results"][0]["contacts"][0]["id"], json!(third));
    for bad in ["reason=tags", "page_size=0", "cursor=x", "include=updated_at"] {
        let response = fixture.company.get(&format!("/contacts/duplicates/?{bad}")).await;
        assert_eq!(response.status, 400, "{bad}");
    }
    assert_eq!(fixture.company.patch("/contacts/duplicates/", json!({})).await.status, 405);
}
