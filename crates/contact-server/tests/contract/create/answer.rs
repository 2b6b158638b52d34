//! What a create answers.

use contact_testing::{Answer, Backend, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::stage::{Stage, keys};

on_both_databases!(
    a_new_contact_is_a_201_and_an_existing_one_a_200_without_a_body,
    an_empty_object_creates_an_empty_contact,
    prefer_return_representation_answers_with_the_twelve_keys,
    any_other_preference_is_ignored,
);

async fn prefer(stage: &Stage, prefer: &str, path: &str, body: Value) -> Answer {
    let request = stage.company.request(Method::POST, path).header("Prefer", prefer).json(&body);
    stage.company.send(request).await
}

async fn a_new_contact_is_a_201_and_an_existing_one_a_200_without_a_body(backend: Backend) {
    let stage = Stage::full(backend).await;
    for (body, status) in [
        (json!({ "phone_number": "+14155552672" }), 201),
        (json!({ "phone_number": "+14155552672", "notes": "changed" }), 200),
        (json!({ "phone_number": "+14155552672" }), 200),
    ] {
        let answer = stage.company.post("/contacts/", body).await;
        assert_eq!((answer.status, answer.body.as_str()), (status, ""));
        assert_eq!(answer.optional_header("content-type"), None);
        assert_eq!(answer.optional_header("preference-applied"), None);
    }
}

async fn an_empty_object_creates_an_empty_contact(backend: Backend) {
    let stage = Stage::with(backend, json!({})).await;
    let mut contact = stage.read().await;
    let times = [contact["created_at"].take(), contact["updated_at"].take()];
    assert!(times[0].is_string() && times[0] == times[1], "{times:?}");
    assert_eq!(
        contact,
        json!({
            "id": stage.id, "name": null, "email": null, "phone": null, "business_name": null, "notes": null,
            "tags": [], "lead_source": "api", "is_dnd": false, "profile_picture_url": null,
            "last_activity": null, "created_at": null, "first_name": null, "last_name": null,
            "custom_fields": {}, "updated_at": null, "active_chat_agent": null, "recent_activity": [],
        })
    );
}

async fn prefer_return_representation_answers_with_the_twelve_keys(backend: Backend) {
    let stage = Stage::full(backend).await;
    for (notes, status) in [("created", 201), ("changed", 200), ("changed", 200)] {
        let body = json!({ "email": "new@example.com", "notes": notes });
        let answer = prefer(&stage, "return=representation", "/contacts/", body).await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("preference-applied"), "return=representation");
        assert_eq!(answer.header("content-type"), "application/json");
        let contact = answer.json();
        let patched = stage.company.patch(answer.header("location"), json!({})).await.json();
        assert_eq!(contact, patched);
        assert_eq!((keys(&contact).len(), &contact["notes"]), (12, &json!(notes)));
    }
    let refused = prefer(&stage, "return=representation", "/contacts/", json!({ "notes": 1 })).await;
    assert_eq!((refused.status, refused.optional_header("preference-applied")), (400, None));
}

async fn any_other_preference_is_ignored(backend: Backend) {
    let stage = Stage::full(backend).await;
    for value in
        ["return=minimal", "respond-async", "representation", "return=minimal, return=representation"]
    {
        let answer = prefer(&stage, value, "/contacts/", json!({})).await;
        assert_eq!((answer.status, answer.body.as_str()), (201, ""), "{value}");
        assert_eq!(answer.optional_header("preference-applied"), None);
    }
    let answer = prefer(&stage, "wait=5, Return=\"representation\"; x", "/contacts/", json!({})).await;
    assert_eq!(keys(&answer.json()).len(), 12);
}
