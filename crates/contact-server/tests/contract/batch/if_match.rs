//! `if_match` of an item: the item is applied only if its contact has this entity tag.

use contact_model::ProblemType;
use contact_testing::{Backend, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use super::{PATH, id_of, problem, results, send, send_atomic, statuses};
use crate::fixture::{Fixture, UNKNOWN_ID, bad};

on_both_databases!(
    item_is_applied_only_if_its_entity_tag_matches,
    entity_tag_includes_the_changes_of_earlier_items,
    any_precondition_fails_if_there_is_no_contact,
    missing_contact_takes_precedence_over_a_failed_precondition,
    one_outdated_item_refuses_an_atomic_batch,
    entity_tag_of_an_item_is_a_precondition_of_the_next_batch,
    invalid_if_match_refuses_only_its_item,
);

async fn tag(fixture: &Fixture) -> String {
    fixture.company.get(&fixture.path()).await.header("etag").to_owned()
}

async fn item_is_applied_only_if_its_entity_tag_matches(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let old = tag(&fixture).await;
    fixture.patch(json!({ "notes": "changed by another client" })).await;
    let (before, now) = (fixture.read().await, tag(&fixture).await);
    let update =
        |if_match: &str| json!({ "op": "update", "id": fixture.id, "notes": "x", "if_match": if_match });
    let upsert =
        |if_match: &str| json!({ "op": "upsert", "email": "jane@example.com", "if_match": if_match });
    let delete = |if_match: &str| json!({ "op": "delete", "id": fixture.id, "if_match": if_match });
    let weak = format!("W/{now}");
    for outdated in [old.as_str(), &weak, "\"other\""] {
        let response =
            send(&fixture.company, json!([update(outdated), upsert(outdated), delete(outdated)])).await;
        for result in results(&response) {
            assert_eq!(problem(&result, ProblemType::PreconditionFailed), bad(&[]));
        }
        assert_eq!(fixture.read().await, before, "{outdated}");
    }
    let both = format!("{old}, {now}");
    let response = send(&fixture.company, json!([upsert(&now), update(&both), delete("*")])).await;
    assert_eq!(statuses(&results(&response)), [200, 200, 204]);
    fixture.company.get(&fixture.path()).await.problem(ProblemType::ContactNotFound);
}

async fn entity_tag_includes_the_changes_of_earlier_items(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let now = tag(&fixture).await;
    let note = |notes: &str| json!({ "op": "update", "id": fixture.id, "notes": notes, "if_match": now });
    let plain = json!({ "op": "update", "id": fixture.id, "notes": "third" });
    // The first item changes nothing, so the entity tag stays the same.
    let items = json!([note("Called"), note("first"), note("second"), plain, note("fourth")]);
    let response = send(&fixture.company, items).await;
    assert_eq!(statuses(&results(&response)), [200, 200, 412, 200, 412]);
    assert_eq!(fixture.read().await["notes"], "third");
}

async fn any_precondition_fails_if_there_is_no_contact(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let items = json!([
        { "op": "upsert", "email": "new@example.com", "if_match": "*" },
        { "op": "insert", "id": UNKNOWN_ID, "if_match": "*" },
        { "op": "upsert", "email": "new@example.com" },
        { "op": "upsert", "email": "new@example.com", "notes": "found", "if_match": "*" },
    ]);
    let results = results(&send(&fixture.company, items).await);
    assert_eq!(statuses(&results), [412, 412, 201, 200]);
    assert_eq!(fixture.company.read(id_of(&results[2])).await["notes"], "found");
    let path = format!("/contacts/{UNKNOWN_ID}/");
    fixture.company.get(&path).await.problem(ProblemType::ContactNotFound);
}

async fn missing_contact_takes_precedence_over_a_failed_precondition(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let items = json!([
        { "op": "update", "id": UNKNOWN_ID, "if_match": "\"other\"" },
        { "op": "delete", "id": UNKNOWN_ID, "if_match": "*" },
        { "op": "insert", "id": fixture.id, "if_match": "\"other\"" },
    ]);
    assert_eq!(statuses(&results(&send(&fixture.company, items).await)), [404, 404, 409]);
}

async fn one_outdated_item_refuses_an_atomic_batch(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let (before, now) = (fixture.read().await, tag(&fixture).await);
    let note = |notes: &str| json!({ "op": "update", "id": fixture.id, "notes": notes, "if_match": now });
    let response = send_atomic(&fixture.company, json!([note("first"), note("second")])).await;
    let outdated = bad(&[("/items/1/if_match", "outdated")]);
    assert_eq!(response.invalid_fields(ProblemType::PreconditionFailed), outdated);
    assert!(response.problem(ProblemType::PreconditionFailed).detail.starts_with("Item 1 is refused: "));
    assert_eq!(fixture.read().await, before);
    assert_eq!(statuses(&results(&send_atomic(&fixture.company, json!([note("first")])).await)), [200]);
}

async fn entity_tag_of_an_item_is_a_precondition_of_the_next_batch(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let write = async |if_match: &Value| {
        let item = json!({ "op": "update", "id": fixture.id, "tags": [if_match], "if_match": if_match });
        let request = fixture.company.request(Method::POST, PATH).header("Prefer", "return=representation");
        results(&fixture.company.send(request.json(&json!({ "items": [item] }))).await).remove(0)
    };
    let first = write(&json!("*")).await;
    let second = write(&first["etag"]).await;
    assert_eq!((&first["status"], &second["status"]), (&json!(200), &json!(200)), "{second}");
    assert_eq!(write(&first["etag"]).await["status"], 412);
    assert_eq!(write(&second["etag"]).await["status"], 200);
}

async fn invalid_if_match_refuses_only_its_item(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let update =
        |if_match: Value| json!({ "op": "update", "id": fixture.id, "notes": "x", "if_match": if_match });
    let items = json!([update(json!("v3")), update(json!(null)), update(json!(3)), update(json!("*"))]);
    let results = results(&send(&fixture.company, items).await);
    assert_eq!(statuses(&results), [400, 400, 400, 200]);
    for (result, code) in results.iter().zip(["invalid_value", "null_not_allowed", "wrong_type"]) {
        assert_eq!(problem(result, ProblemType::InvalidFields), bad(&[("/if_match", code)]));
    }
}
