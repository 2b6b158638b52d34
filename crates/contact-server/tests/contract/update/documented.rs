//! Which keys an update returns, and which it applies. The conformance cases contain the documentation's example.

use contact_testing::{Backend, on_both_databases};
use serde_json::json;

use crate::fixture::{Fixture, keys};

on_both_databases!(response_has_exactly_the_twelve_keys, only_sent_keys_are_applied);

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

async fn response_has_exactly_the_twelve_keys(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    for body in [
        json!({}),
        json!({ "notes": "x" }),
        json!({ "full_name": null, "email": null, "phone_number": null, "business_name": null, "notes": null }),
        json!({ "custom_fields": { "Plan": 1 }, "unknown": 1 }),
    ] {
        let response = fixture.patch(body).await;
        assert_eq!((response.status, response.header("content-type")), (200, "application/json"));
        assert_eq!(keys(&response.json()), TWELVE);
    }
}

async fn only_sent_keys_are_applied(backend: Backend) {
    let fixture = Fixture::full(backend).await;
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
        let before = fixture.read().await;
        assert_eq!(fixture.patch(body.clone()).await.status, 200);
        let after = fixture.read().await;
        for (key, value) in before.as_object().unwrap() {
            let may_change = changed.contains(&key.as_str()) || key == "updated_at";
            assert_eq!(after[key] != *value, may_change, "{body} and {key}");
        }
    }
}
