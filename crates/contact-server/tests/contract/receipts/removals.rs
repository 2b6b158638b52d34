//! Receipts of deleting and erasing.

use contact_model::ProblemType;
use contact_testing::{Backend, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use super::{MEDIA_TYPE, receipt, send};
use crate::stage::Stage;

on_both_databases!(
    a_deleted_contact_is_answered_as_it_was,
    an_erased_contact_is_answered_once_more,
    without_a_receipt_the_contact_alone_is_answered,
    its_tag_guards_the_way_back,
);

async fn a_deleted_contact_is_answered_as_it_was(backend: Backend) {
    let stage = Stage::full(backend).await;
    let before = stage.patch(json!({})).await.json();
    let answer = send(&stage, Method::DELETE, &stage.path(), None).await;
    assert_eq!((answer.status, &answer.json()["contact"]), (200, &before));
    let expected = json!({
        "action": "deleted", "matched_by": null, "changed": {}, "normalised": {}, "coerced": {},
        "ignored": [], "repeated": [],
    });
    assert_eq!(answer.json()["receipt"], expected);
    stage.company.get(&stage.path()).await.problem(ProblemType::ContactNotFound);
    let again = send(&stage, Method::DELETE, &stage.path(), None).await;
    again.problem(ProblemType::ContactNotFound);
}

async fn an_erased_contact_is_answered_once_more(backend: Backend) {
    let all = "include=first_name,last_name,custom_fields,updated_at";
    for deleted_before in [false, true] {
        let stage = Stage::full(backend).await;
        if deleted_before {
            assert_eq!(stage.company.delete(&stage.path()).await.status, 204);
        }
        let path = format!("{}?erase=true&{all}", stage.path());
        let answer = send(&stage, Method::DELETE, &path, None).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, MEDIA_TYPE));
        let mut answer = answer.json();
        assert_eq!(
            (&answer["receipt"]["action"], &answer["receipt"]["changed"]),
            (&json!("erased"), &json!({}))
        );
        let contact: Value = answer["contact"].take();
        assert_eq!((&contact["name"], &contact["last_name"]), (&json!("Jane Doe"), &json!("Doe")));
        assert_eq!(contact["custom_fields"], json!({ "Plan": "gold" }));
        let back = send(&stage, Method::POST, &format!("{}restore/", stage.path()), None).await;
        back.problem(ProblemType::ContactNotFound);
    }
}

async fn without_a_receipt_the_contact_alone_is_answered(backend: Backend) {
    let stage = Stage::full(backend).await;
    let before = stage.patch(json!({})).await.json();
    let request = stage.company.request(Method::DELETE, &stage.path());
    let answer = stage.company.send(request.header("Prefer", "return=representation")).await;
    assert_eq!((answer.status, answer.json()), (200, before));
    assert_eq!(answer.header("preference-applied"), "return=representation");
    assert_eq!(answer.header("content-type"), "application/json");
}

async fn its_tag_guards_the_way_back(backend: Backend) {
    let stage = Stage::full(backend).await;
    let before = stage.patch(json!({})).await;
    let gone = send(&stage, Method::DELETE, &stage.path(), None).await;
    let restore = |tag: &str| {
        let request = stage.company.request(Method::POST, &format!("{}restore/", stage.path()));
        stage.company.send(request.header("If-Match", tag))
    };
    restore(before.header("etag")).await.problem(ProblemType::PreconditionFailed);
    assert_eq!(restore(gone.header("etag")).await.status, 200);
    assert_eq!(receipt(&stage, Method::DELETE, &stage.path(), None).await["action"], "deleted");
}
