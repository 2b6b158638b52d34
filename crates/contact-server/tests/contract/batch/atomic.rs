//! Atomic batches: all items are written or none.

use contact_model::{CustomFieldType, ProblemType};
use contact_testing::{Backend, on_both_databases};
use serde_json::{Value, json};

use super::{id_of, results, send_atomic, statuses};
use crate::fixture::{Fixture, UNKNOWN_ID, bad};

on_both_databases!(
    atomic_batch_writes_all_items,
    first_refused_item_refuses_an_atomic_batch,
    every_invalid_field_of_an_atomic_batch_is_reported,
);

async fn atomic_batch_writes_all_items(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let items = json!([
        { "op": "upsert", "email": "new@example.com" },
        { "op": "update", "id": fixture.id, "notes": "changed", "x": 1 },
    ]);
    let results = results(&send_atomic(&fixture.company, items).await);
    assert_eq!(results[1], json!({ "status": 200, "id": fixture.id, "ignored": ["x"] }));
    assert_eq!(statuses(&results), [201, 200]);
    assert_eq!(fixture.read().await["notes"], "changed");
    let many: Vec<Value> = (0..1_000).map(|n| json!({ "op": "insert", "notes": n.to_string() })).collect();
    let results = super::results(&send_atomic(&fixture.company, json!(many)).await);
    assert_eq!(statuses(&results), vec![201; 1_000]);
    assert_eq!(fixture.company.read(id_of(&results[999])).await["notes"], "999");
}

async fn first_refused_item_refuses_an_atomic_batch(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    fixture.define("Age", CustomFieldType::Number).await;
    let before = fixture.read().await;
    let good = json!({ "op": "update", "id": fixture.id, "notes": "lost" });
    let new = json!({ "op": "upsert", "email": "new@example.com" });
    for (item, refused, field) in [
        (
            json!({ "op": "update", "id": UNKNOWN_ID }),
            ProblemType::ContactNotFound,
            ("/items/2/id", "not_found"),
        ),
        (
            json!({ "op": "delete", "id": UNKNOWN_ID }),
            ProblemType::ContactNotFound,
            ("/items/2/id", "not_found"),
        ),
        (json!({ "op": "insert", "id": fixture.id }), ProblemType::ContactTaken, ("/items/2/id", "taken")),
        (
            json!({ "op": "update", "id": fixture.id, "custom_fields": { "Age": "old" } }),
            ProblemType::InvalidFields,
            ("/items/2/custom_fields/Age", "wrong_type"),
        ),
    ] {
        let items = json!([good, new, item, { "op": "delete", "id": UNKNOWN_ID }]);
        let response = send_atomic(&fixture.company, items).await;
        assert_eq!(response.invalid_fields(refused), bad(&[field]));
        assert!(response.problem(refused).detail.starts_with("Item 2 is refused: "), "{response:#?}");
        assert_eq!(fixture.read().await, before);
    }
    let created = fixture.company.post("/contacts/", json!({ "email": "new@example.com" })).await;
    assert_eq!(created.status, 201, "no contact was created before");
}

async fn every_invalid_field_of_an_atomic_batch_is_reported(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let before = fixture.read().await;
    let items = json!([
        { "op": "update", "id": fixture.id, "notes": "lost" },
        { "op": "update", "id": "x", "tags": [1] },
        { "op": "delete", "id": UNKNOWN_ID },
        "upsert",
    ]);
    let response = send_atomic(&fixture.company, items).await;
    let expected = bad(&[
        ("/items/1/id", "invalid_value"),
        ("/items/1/tags/0", "wrong_type"),
        ("/items/3", "wrong_type"),
    ]);
    assert_eq!(response.invalid_fields(ProblemType::InvalidFields), expected);
    assert_eq!(fixture.read().await, before);
}
