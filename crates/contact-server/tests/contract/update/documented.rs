//! What the documentation shows of an update, to the letter.

use contact_testing::{Backend, TestServer, on_both_databases};
use serde_json::json;

use crate::stage::{Stage, keys};

on_both_databases!(
    the_documentations_own_request_gets_the_twelve_keys,
    whatever_is_sent_the_answer_has_the_twelve_keys_and_no_other,
    the_keys_have_the_documented_types,
    only_sent_keys_are_applied,
);

const TWELVE: [&str; 12] = [
    "business_name",
    "created_at",
    "email",
    "id",
    "is_dnd",
    "last_activity",
    "lead_source",
    "name",
    "notes",
    "phone",
    "profile_picture_url",
    "tags",
];

async fn the_documentations_own_request_gets_the_twelve_keys(backend: Backend) {
    let server = TestServer::start(backend).await;
    let company = server.company().await;
    let id = company.create(json!({})).await;
    let body = r#"
{
  "full_name": "<string>",
  "first_name": "<string>",
  "last_name": "<string>",
  "email": "<string>",
  "phone_number": "<string>",
  "business_name": "<string>",
  "notes": "<string>",
  "tags": [
    "<string>"
  ],
  "is_dnd": true,
  "lead_source": "<string>",
  "custom_fields": {}
}
"#;
    let request = company.request(reqwest::Method::PATCH, &format!("/contacts/{id}/"));
    let answer = company.send(request.header("Content-Type", "application/json").body(body)).await;
    assert_eq!(answer.status, 200);
    let contact = answer.json();
    let created_at = contact["created_at"].clone();
    assert_eq!(
        contact,
        json!({
            "id": id,
            "name": "<string>",
            "email": "<string>",
            "phone": "<string>",
            "business_name": "<string>",
            "notes": "<string>",
            "tags": ["<string>"],
            "lead_source": "manual",
            "is_dnd": true,
            "profile_picture_url": null,
            "last_activity": null,
            "created_at": created_at,
        })
    );
}

async fn whatever_is_sent_the_answer_has_the_twelve_keys_and_no_other(backend: Backend) {
    let stage = Stage::full(backend).await;
    for body in [
        json!({}),
        json!({ "notes": "x" }),
        json!({ "full_name": null, "email": null, "phone_number": null, "business_name": null, "notes": null }),
        json!({ "custom_fields": { "Plan": 1 }, "unknown": 1 }),
    ] {
        let answer = stage.patch(body).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
        assert_eq!(keys(&answer.json()), TWELVE);
    }
}

async fn the_keys_have_the_documented_types(backend: Backend) {
    let stage = Stage::full(backend).await;
    let contact = stage.company.update(stage.id, json!({})).await;
    assert!(contact["id"].as_str().is_some_and(|id| id.parse::<uuid::Uuid>().is_ok()));
    for key in ["name", "email", "phone", "business_name", "notes", "lead_source"] {
        assert!(contact[key].is_string(), "{key}");
    }
    assert!(contact["tags"].as_array().is_some_and(|tags| tags.iter().all(serde_json::Value::is_string)));
    assert!(contact["is_dnd"].is_boolean());
    assert_eq!((&contact["profile_picture_url"], &contact["last_activity"]), (&json!(null), &json!(null)));
    let created_at = contact["created_at"].as_str().expect("a time");
    let time = chrono::DateTime::parse_from_rfc3339(created_at).expect("RFC 3339");
    assert!(created_at.ends_with('Z'), "{created_at} is not in UTC");
    assert_eq!(time.timestamp_subsec_nanos() % 1_000, 0, "{created_at} is finer than microseconds");
}

async fn only_sent_keys_are_applied(backend: Backend) {
    let stage = Stage::full(backend).await;
    for (body, changed) in [
        (json!({ "full_name": "Ann Lee" }), &["name", "first_name", "last_name"][..]),
        (json!({ "first_name": "Eve" }), &["name", "first_name"]),
        (json!({ "last_name": "Fox" }), &["name", "last_name"]),
        (json!({ "email": "new@example.com" }), &["email"]),
        (json!({ "phone_number": "123" }), &["phone"]),
        (json!({ "business_name": "New" }), &["business_name"]),
        (json!({ "notes": "New" }), &["notes"]),
        (json!({ "tags": ["new"] }), &["tags"]),
        (json!({ "is_dnd": true }), &["is_dnd"]),
        (json!({ "lead_source": "import" }), &["lead_source"]),
        (json!({ "custom_fields": { "Plan": "new" } }), &["custom_fields"]),
    ] {
        let before = stage.read().await;
        assert_eq!(stage.patch(body.clone()).await.status, 200);
        let after = stage.read().await;
        for (key, value) in before.as_object().unwrap() {
            let may_change = changed.contains(&key.as_str()) || key == "updated_at";
            assert_eq!(after[key] != *value, may_change, "{body} and {key}");
        }
    }
}
