//! The response to a get.

use contact_testing::{Backend, on_both_databases};
use serde_json::json;

use crate::fixture::{Fixture, UNKNOWN_ID, keys};

on_both_databases!(
    get_returns_exactly_the_fourteen_keys,
    phone_is_not_required_without_pn,
    head_returns_the_same_as_get_without_a_body,
);

const FOURTEEN: [&str; 14] = [
    "active_chat_agent",
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
    "recent_activity",
    "tags",
];

async fn get_returns_exactly_the_fourteen_keys(backend: Backend) {
    for fixture in [Fixture::full(backend).await, Fixture::with(backend, json!({})).await] {
        let response = fixture.company.get(&fixture.path()).await;
        assert_eq!((response.status, response.header("content-type")), (200, "application/json"));
        let contact = response.json();
        assert_eq!(keys(&contact), FOURTEEN);
        assert_eq!((&contact["active_chat_agent"], &contact["recent_activity"]), (&json!(null), &json!([])));
    }
}

async fn phone_is_not_required_without_pn(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    for query in ["", "?pn=false", "?pn=true&pn=false"] {
        assert_eq!(fixture.company.get(&format!("{}{query}", fixture.path())).await.status, 200, "{query}");
    }
}

async fn head_returns_the_same_as_get_without_a_body(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    for path in [fixture.path(), format!("/contacts/{UNKNOWN_ID}/")] {
        let get = fixture.company.get(&path).await;
        let head = fixture.company.send(fixture.company.request(reqwest::Method::HEAD, &path)).await;
        assert_eq!((head.status, head.body.as_str()), (get.status, ""));
        assert_eq!(head.header("content-type"), get.header("content-type"));
        assert!(head.optional_header("x-request-id").is_some());
    }
}
