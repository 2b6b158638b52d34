//! Receipts of deleting and erasing.

use contact_model::ProblemType;
use contact_testing::{Backend, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use super::{MEDIA_TYPE, receipt, send};
use crate::fixture::Fixture;

on_both_databases!(
    a_deleted_contact_is_answered_as_it_was,
    an_erased_contact_is_answered_once_more,
    without_a_receipt_the_contact_alone_is_answered,
    its_tag_guards_the_way_back,
);

async fn a_deleted_contact_is_answered_as_it_was(backend: Backend) {
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

async fn an_erased_contact_is_answered_once_more(backend: Backend) {
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

async fn without_a_receipt_the_contact_alone_is_answered(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let before = fixture.patch(json!({})).await.json();
    let request = fixture.company.request(Method::DELETE, &fixture.path());
    let response = fixture.company.send(request.header("Prefer", "return=representation")).await;
    assert_eq!((response.status, response.json()), (200, before));
    assert_eq!(response.header("preference-applied"), "return=representation");
    assert_eq!(response.header("content-type"), "application/json");
}

async fn its_tag_guards_the_way_back(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let before = fixture.patch(json!({})).await;
    let gone = send(&fixture, Method::DELETE, &fixture.path(), None).await;
    let restore = |tag: &str| {
        let request = fixture.company.request(Method::POST, &format!("{}restore/", fixture.path()));
        fixture.company.send(request.header("If-Match", tag))
    };
    restore(before.header("etag")).await.problem(ProblemType::PreconditionFailed);
    assert_eq!(restore(gone.header("etag")).await.status, 200);
    assert_eq!(receipt(&fixture, Method::DELETE, &fixture.path(), None).await["action"], "deleted");
}
