//! Receipts and representations in the results of a batch.

use contact_model::ProblemType;
use contact_testing::{Backend, TestResponse, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use super::{PATH, id_of, problem, results, statuses};
use crate::fixture::{Fixture, UNKNOWN_ID, bad, keys};

on_both_databases!(
    every_item_has_its_own_receipt,
    on_create_is_in_the_receipt_of_a_new_contact_only,
    return_representation_returns_contacts_without_receipts,
    each_result_contains_the_contact_after_its_item,
    atomic_batch_returns_receipts,
);

async fn send(fixture: &Fixture, query: &str, prefer: &str, items: &Value) -> TestResponse {
    let request = fixture.company.request(Method::POST, &format!("{PATH}{query}"));
    fixture.company.send(request.header("Prefer", prefer).json(&json!({ "items": items }))).await
}

async fn every_item_has_its_own_receipt(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let before = fixture.patch(json!({})).await.json();
    let items = json!([
        { "op": "upsert", "phone_number": "(415) 555-2671", "is_dnd": "yes", "zip": 1, "custom_fields": { "No": 1 } },
        { "op": "update", "id": fixture.id, "full_name": "Jane Roe", "email": "", "custom_fields": { "Plan": 2 } },
        { "op": "update", "id": UNKNOWN_ID, "notes": "unknown" },
        { "op": "insert", "name": "as given", "profile_picture_url": "https://example.com/a.png",
          "last_activity": "2026-01-31T09:00:00Z" },
        { "op": "delete", "id": fixture.id },
    ]);
    let response = send(&fixture, "", "return=receipt", &items).await;
    assert_eq!(response.header("content-type"), "application/vnd.contacts.receipt+json");
    assert_eq!(response.header("preference-applied"), "return=receipt");
    let results = results(&response);
    // The status of a single delete with a receipt, which returns the deleted contact.
    assert_eq!(statuses(&results), [200, 200, 404, 201, 200]);
    let receipt = |index: usize| &results[index]["receipt"];

    assert_eq!(keys(&results[0]), ["contact", "etag", "id", "ignored", "receipt", "status"]);
    assert_eq!(results[0]["ignored"], json!(["zip", "custom_fields.No"]));
    let expected = json!({
        "action": "updated",
        "matched_by": "phone",
        "changed": { "is_dnd": { "before": false, "after": true } },
        "normalised": { "phone_number": { "sent": "(415) 555-2671", "stored": "+14155552671" } },
        "coerced": { "is_dnd": { "sent": "yes", "stored": true } },
        "ignored": ["zip", "custom_fields.No"],
        "repeated": [],
    });
    assert_eq!(receipt(0), &expected);
    assert_eq!(keys(&receipt(1)["changed"]), ["custom_fields.Plan", "email", "last_name", "name"]);
    assert_eq!(receipt(1)["normalised"], json!({ "email": { "sent": "", "stored": null } }));
    assert_eq!(problem(&results[2], ProblemType::ContactNotFound), bad(&[]));
    assert_eq!(keys(&results[2]), ["id", "problem", "status"]);
    assert_eq!((&receipt(3)["action"], &receipt(3)["normalised"]), (&json!("created"), &json!({})));
    assert_eq!(
        keys(&receipt(3)["changed"]),
        ["is_dnd", "last_activity", "lead_source", "name", "profile_picture_url", "tags"]
    );
    assert_eq!((&receipt(4)["action"], &receipt(4)["changed"]), (&json!("deleted"), &json!({})));
    let deleted = &results[4]["contact"];
    assert_eq!((&deleted["name"], &deleted["tags"]), (&json!("Jane Roe"), &before["tags"]));
}

async fn on_create_is_in_the_receipt_of_a_new_contact_only(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let item = json!({
        "op": "upsert", "email": "New@example.com", "tags": ["a"],
        "on_create": { "full_name": "john doe", "is_dnd": 1, "tags": ["b", "b"], "zip": 1 },
    });
    let results = results(&send(&fixture, "", "return=receipt", &json!([item, item])).await);
    let (created, found) = (&results[0]["receipt"], &results[1]["receipt"]);
    let email = json!({ "sent": "New@example.com", "stored": "new@example.com" });
    let name = json!({ "sent": "john doe", "stored": "John Doe" });
    assert_eq!(created["normalised"], json!({ "email": email, "on_create.full_name": name }));
    assert_eq!(created["coerced"], json!({ "on_create.is_dnd": { "sent": 1, "stored": true } }));
    assert_eq!(
        (&created["ignored"], &found["ignored"]),
        (&json!(["on_create.zip"]), &json!(["on_create.zip"]))
    );
    assert_eq!((&found["normalised"], &found["coerced"]), (&json!({ "email": email }), &json!({})));
    assert_eq!((&found["action"], &found["matched_by"]), (&json!("unchanged"), &json!("email")));
}

async fn return_representation_returns_contacts_without_receipts(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let items =
        json!([{ "op": "update", "id": fixture.id, "notes": "x" }, { "op": "delete", "id": fixture.id }]);
    let response =
        send(&fixture, "?include=custom_fields", "tx=rollback, return=representation", &items).await;
    assert_eq!(response.header("content-type"), "application/json");
    assert_eq!(response.header("preference-applied"), "return=representation, tx=rollback");
    let shown = results(&response);
    assert_eq!(statuses(&shown), [200, 200]);
    for item in &shown {
        assert_eq!(keys(item), ["contact", "etag", "id", "status"]);
        assert_eq!((keys(&item["contact"]).len(), &item["contact"]["notes"]), (13, &json!("x")));
    }
    let plain = results(&fixture.company.post(PATH, json!({ "items": items })).await);
    assert_eq!((statuses(&plain), keys(&plain[0])), (vec![200, 204], vec!["id", "status"]));
    let response = send(&fixture, "?include=shoe_size", "return=representation", &items).await;
    response.problem(ProblemType::InvalidParameter);
}

async fn each_result_contains_the_contact_after_its_item(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let note = |notes: &str| json!({ "op": "update", "id": fixture.id, "notes": notes });
    let shown = results(&send(&fixture, "", "return=receipt", &json!([note("one"), note("two")])).await);
    for (item, before, after) in [(&shown[0], "Called", "one"), (&shown[1], "one", "two")] {
        assert_eq!(item["contact"]["notes"], after);
        assert_eq!(item["receipt"]["changed"], json!({ "notes": { "before": before, "after": after } }));
    }
    assert_ne!(shown[0]["etag"], shown[1]["etag"]);
    assert_eq!(fixture.patch(json!({})).await.header("etag"), shown[1]["etag"].as_str().unwrap());
}

async fn atomic_batch_returns_receipts(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let new = json!({ "op": "upsert", "email": "new@example.com" });
    let response = send(&fixture, "?atomic=true", "return=receipt", &json!([new, new])).await;
    let shown = results(&response);
    assert_eq!(response.header("content-type"), "application/vnd.contacts.receipt+json");
    assert_eq!(
        (&shown[0]["receipt"]["action"], &shown[1]["receipt"]["action"]),
        (&json!("created"), &json!("unchanged"))
    );
    assert_eq!(id_of(&shown[0]), id_of(&shown[1]));
    let refused = json!([new, { "op": "delete", "id": UNKNOWN_ID }]);
    let response = send(&fixture, "?atomic=true", "return=receipt", &refused).await;
    response.problem(ProblemType::ContactNotFound);
    assert_eq!(response.optional_header("preference-applied"), None);
}
