//! Which keys an update answers, and which it applies. The cases have the documentation's own example.

use contact_testing::{Backend, on_both_databases};
use serde_json::json;

use crate::stage::{Stage, keys};

on_both_databases!(whatever_is_sent_the_answer_has_the_twelve_keys_and_no_other, only_sent_keys_are_applied);

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
