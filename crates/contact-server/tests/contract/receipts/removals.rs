//! Receipts of deleting and erasing.

use contact_model::ProblemType;
use contact_testing::{Backend, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use super::{MEDIA_TYPE, receipt_of, send};
use crate::fixture::Fixture;

on_both_databases!(
    receipt_of_a_deletion_contains_the_contact,
    receipt_of_an_erasure_contains_the_contact,
    return_representation_returns_the_deleted_contact,
    entity_tag_of_a_deletion_is_a_precondition_of_the_restore,
);

async fn receipt_of_a_deletion_contains_the_contact(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let before = fixture.patch(json!({})).await.json();
    let response = send(&fixture, Method::DELETE, &fixture.path(), None).await;
    assert_eq!((response.status, &response.json()["contact"]), (200, &before));
    let expected = json!({
        "action": "deleted", "matched_by": null, "changed": {}, "normalised": {}, "coerced": {},
        "ignored": [], "repeated": [],
    });
    assert_eq!(response.json()["receipt"], expected);
    fixture.company.get(&fixture.path()).await.problem(ProblemType::ContactNotFound);
    let again = send(&fixture, Method::DELETE, &fixture.path(), None).await;
    again.problem(ProblemType::ContactNotFound);
}

async fn receipt_of_an_erasure_contains_the_contact(backend: Backend) {
    let all = "include=first_name,last_name,custom_fields,updated_at";
    for deleted_before in [false, true] {
        let fixture = Fixture::full(backend).await;
        if deleted_before {
            assert_eq!(fixture.company.delete(&fixture.path()).await.status, 204);
        }
        let path = format!("{}?erase=true&{all}", fixture.path());
        let response = send(&fixture, Method::DELETE, &path, None).await;
        assert_eq!((response.status, response.header("content-type")), (200, MEDIA_TYPE));
        let mut response = response.json();
        assert_eq!(
            (&response["receipt"]["action"], &response["receipt"]["changed"]),
            (&json!("erased"), &json!({}))
        );
        let contact: Value = response["contact"].take();
        assert_eq!((&contact["name"], &contact["last_name"]), (&json!("Jane Doe"), &json!("Doe")));
        assert_eq!(contact["custom_fields"], json!({ "Plan": "gold" }));
        let back = send(&fixture, Method::POST, &format!("{}restore/", fixture.path()), None).await;
        back.problem(ProblemType::ContactNotFound);
    }
}

async fn return_representation_returns_the_deleted_contact(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let before = fixture.patch(json!({})).await.json();
    let request = fixture.company.request(Method::DELETE, &fixture.path());
    let response = fixture.company.send(request.header("Prefer", "return=representation")).await;
    assert_eq!((response.status, response.json()), (200, before));
    assert_eq!(response.header("preference-applied"), "return=representation");
    assert_eq!(response.header("content-type"), "application/json");
}

async fn entity_tag_of_a_deletion_is_a_precondition_of_the_restore(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let before = fixture.patch(json!({})).await;
    let deleted = send(&fixture, Method::DELETE, &fixture.path(), None).await;
    let restore = |tag: &str| {
        let request = fixture.company.request(Method::POST, &format!("{}restore/", fixture.path()));
        fixture.company.send(request.header("If-Match", tag))
    };
    restore(before.header("etag")).await.problem(ProblemType::PreconditionFailed);
    assert_eq!(restore(deleted.header("etag")).await.status, 200);
    assert_eq!(receipt_of(&fixture, Method::DELETE, &fixture.path(), None).await["action"], "deleted");
}
