//! The operation `insert`: contacts are stored exactly as sent.

use contact_model::{CustomFieldType, ProblemType};
use contact_testing::{Backend, on_both_databases};
use reqwest::Method;
use serde_json::json;

use super::{id_of, problem, results, send, statuses};
use crate::fixture::{Fixture, UNKNOWN_ID, bad, define};

on_both_databases!(
    inserted_contact_is_returned_as_it_was_sent,
    contact_can_be_copied_unchanged_to_another_company,
    existing_id_is_a_409_for_its_item,
    entity_tag_of_an_erased_contact_is_never_reused,
);

async fn inserted_contact_is_returned_as_it_was_sent(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let sent = json!({
        "id": "018bab2f-0000-7000-8000-000000000001", "name": " jane  DOE", "first_name": "J", "last_name": "",
        "email": "Jane@Example.COM", "phone": "(415) 555-0000", "business_name": "", "notes": null,
        "tags": ["b", "a", "b"], "lead_source": "facebook", "is_dnd": true,
        "profile_picture_url": "https://example.com/jane.png", "last_activity": "2020-01-02T00:00:00Z",
        "created_at": "2001-02-03T04:05:06.000789Z", "updated_at": "2019-01-01T00:00:00.500Z",
        "custom_fields": { "Plan": { "a": [1, null] } },
    });
    let mut item = sent.clone();
    item["op"] = json!("insert");
    let results = results(&send(&fixture.company, json!([item])).await);
    assert_eq!(results, [json!({ "status": 201, "id": sent["id"] })]);
    let mut expected = sent;
    expected["active_chat_agent"] = json!(null);
    expected["recent_activity"] = json!([]);
    assert_eq!(fixture.company.read(id_of(&results[0])).await, expected);
    let found = fixture.company.create(json!({ "phone_number": "+1 415 555 0000" })).await;
    assert_eq!(found, id_of(&results[0]), "found by its phone number");
}

async fn contact_can_be_copied_unchanged_to_another_company(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let other = fixture.company.server.company().await;
    define(&other, "Plan", CustomFieldType::Any, &[]).await;
    let sent = fixture.read().await;
    let mut item = sent.clone();
    item["op"] = json!("insert");
    let results = results(&send(&other, json!([item])).await);
    let expected =
        json!({ "status": 201, "id": fixture.id, "ignored": ["active_chat_agent", "recent_activity"] });
    assert_eq!(results, [expected]);
    assert_eq!(other.read(fixture.id).await, sent);
}

async fn existing_id_is_a_409_for_its_item(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let before = fixture.read().await;
    let deleted = fixture.company.create(json!({})).await;
    send(&fixture.company, json!([{ "op": "delete", "id": deleted }])).await;
    let items = json!([
        { "op": "insert", "id": fixture.id, "notes": "lost" },
        { "op": "insert", "id": deleted },
        { "op": "insert", "id": UNKNOWN_ID },
        { "op": "insert", "id": UNKNOWN_ID },
    ]);
    let results = results(&send(&fixture.company, items).await);
    assert_eq!(statuses(&results), [409, 409, 201, 409]);
    for (index, taken) in [(0, json!(fixture.id)), (1, json!(deleted)), (3, json!(UNKNOWN_ID))] {
        assert_eq!(problem(&results[index], ProblemType::ContactTaken), bad(&[("/id", "taken")]));
        assert_eq!(results[index]["problem"]["errors"][0]["contact_id"], taken);
    }
    assert_eq!(fixture.read().await, before);
}

async fn entity_tag_of_an_erased_contact_is_never_reused(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let company = &fixture.company;
    let path = format!("/contacts/{UNKNOWN_ID}/");
    let mut tags = Vec::new();
    for notes in ["first", "second"] {
        let items = json!([{ "op": "insert", "id": UNKNOWN_ID, "notes": notes }]);
        assert_eq!(statuses(&results(&send(company, items).await)), [201]);
        tags.push(company.get(&path).await.header("etag").to_owned());
        if notes == "first" {
            assert_eq!(company.delete(&format!("{path}?erase=true")).await.status, 204);
        }
    }
    assert_ne!(tags[0], tags[1]);
    let update = company.request(Method::PATCH, &path).header("If-Match", &tags[0]);
    let refused = company.send(update.json(&json!({ "notes": "third" }))).await;
    refused.problem(ProblemType::PreconditionFailed);
    let read = company.request(Method::GET, &path).header("If-None-Match", &tags[0]);
    assert_eq!(company.send(read).await.status, 200);
}
