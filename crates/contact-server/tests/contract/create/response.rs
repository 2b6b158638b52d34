//! The response to a create.

use contact_testing::{Backend, TestResponse, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::fixture::{Fixture, keys};

on_both_databases!(
    new_contact_is_a_201_and_existing_contact_a_200_without_body,
    empty_object_creates_an_empty_contact,
    return_representation_returns_the_twelve_keys,
    unknown_preferences_are_ignored,
);

async fn prefer(fixture: &Fixture, prefer: &str, path: &str, body: Value) -> TestResponse {
    let request = fixture.company.request(Method::POST, path).header("Prefer", prefer).json(&body);
    fixture.company.send(request).await
}

async fn new_contact_is_a_201_and_existing_contact_a_200_without_body(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    for (body, status) in [
        (json!({ "phone_number": "+14155552672" }), 201),
        (json!({ "phone_number": "+14155552672", "notes": "changed" }), 200),
        (json!({ "phone_number": "+14155552672" }), 200),
    ] {
        let response = fixture.company.post("/contacts/", body).await;
        assert_eq!((response.status, response.body.as_str()), (status, ""));
        assert_eq!(response.optional_header("content-type"), None);
        assert_eq!(response.optional_header("preference-applied"), None);
    }
}

async fn empty_object_creates_an_empty_contact(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    let mut contact = fixture.read().await;
    let times = [contact["created_at"].take(), contact["updated_at"].take()];
    assert!(times[0].is_string() && times[0] == times[1], "{times:?}");
    assert_eq!(
        contact,
        json!({
            "id": fixture.id, "name": null, "email": null, "phone": null, "business_name": null, "notes": null,
            "tags": [], "lead_source": "api", "is_dnd": false, "profile_picture_url": null,
            "last_activity": null, "created_at": null, "first_name": null, "last_name": null,
            "custom_fields": {}, "updated_at": null, "active_chat_agent": null, "recent_activity": [],
        })
    );
}

async fn return_representation_returns_the_twelve_keys(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    for (notes, status) in [("created", 201), ("changed", 200), ("changed", 200)] {
        let body = json!({ "email": "new@example.com", "notes": notes });
        let response = prefer(&fixture, "return=representation", "/contacts/", body).await;
        assert_eq!(response.status, status);
        assert_eq!(response.header("preference-applied"), "return=representation");
        assert_eq!(response.header("content-type"), "application/json");
        let contact = response.json();
        let patched = fixture.company.patch(response.header("location"), json!({})).await.json();
        assert_eq!(contact, patched);
        assert_eq!((keys(&contact).len(), &contact["notes"]), (12, &json!(notes)));
    }
    let refused = prefer(&fixture, "return=representation", "/contacts/", json!({ "notes": 1 })).await;
    assert_eq!((refused.status, refused.optional_header("preference-applied")), (400, None));
}

async fn unknown_preferences_are_ignored(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    for value in
        ["return=minimal", "respond-async", "representation", "return=minimal, return=representation"]
    {
        let response = prefer(&fixture, value, "/contacts/", json!({})).await;
        assert_eq!((response.status, response.body.as_str()), (201, ""), "{value}");
        assert_eq!(response.optional_header("preference-applied"), None);
    }
    let response = prefer(&fixture, "wait=5, Return=\"representation\"; x", "/contacts/", json!({})).await;
    assert_eq!(keys(&response.json()).len(), 12);
}
