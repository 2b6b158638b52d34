//! `Prefer: handling=strict`: an item with a value that would be ignored, dropped or coerced is refused; such
//! a key of the batch itself refuses the whole batch.

use contact_model::{CustomFieldType, ProblemType};
use contact_testing::{Backend, TestResponse, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use super::{PATH, id_of, problem, results, statuses};
use crate::fixture::{Fixture, bad};

on_both_databases!(
    item_that_would_not_be_stored_as_sent_is_refused_alone,
    repeated_key_refuses_its_item,
    unknown_or_repeated_key_of_the_batch_refuses_it,
    refused_atomic_batch_reports_fields_with_the_index_of_their_item,
    colliding_upsert_refuses_only_its_item,
    normalised_values_are_accepted,
    strict_handling_applies_to_a_large_batch,
    lenient_handling_is_the_default,
);

const STRICT: &str = "handling=strict";

async fn send_body(fixture: &Fixture, path: &str, prefer: &str, body: impl ToString) -> TestResponse {
    let request = fixture.company.request(Method::POST, path).header("Prefer", prefer);
    let request = request.header("Content-Type", "application/json").body(body.to_string());
    fixture.company.send(request).await
}

async fn send(fixture: &Fixture, prefer: &str, items: Value) -> TestResponse {
    send_body(fixture, PATH, prefer, json!({ "items": items })).await
}

async fn send_atomic(fixture: &Fixture, prefer: &str, items: Value) -> TestResponse {
    send_body(fixture, &format!("{PATH}?atomic=true"), prefer, json!({ "items": items })).await
}

async fn count(fixture: &Fixture) -> Value {
    fixture.company.get("/contacts/?count=true").await.json()["count"].clone()
}

async fn item_that_would_not_be_stored_as_sent_is_refused_alone(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    fixture.define("Seats", CustomFieldType::Number).await;
    let contacts = count(&fixture).await;
    let refused = [
        (
            json!({ "op": "upsert", "un/known~key": { "deep": [1] } }),
            &[("/un~1known~0key", "unknown_key")][..],
        ),
        (
            json!({ "op": "upsert", "is_dnd": "yes", "lead_source": "tiktok",
                "on_create": { "x": 1, "is_dnd": 1, "lead_source": "API", "tags": [1] } }),
            &[
                ("/is_dnd", "wrong_type"),
                ("/lead_source", "invalid_value"),
                ("/on_create/tags/0", "wrong_type"),
                ("/on_create/is_dnd", "wrong_type"),
                ("/on_create/lead_source", "invalid_value"),
                ("/on_create/x", "unknown_key"),
            ],
        ),
        (
            json!({ "op": "update", "id": fixture.id, "notes": "lost", "on_create": {} }),
            &[("/on_create", "unknown_key")],
        ),
        (json!({ "op": "delete", "id": fixture.id, "atomic": true }), &[("/atomic", "unknown_key")]),
        (json!({ "op": "insert", "full_name": "Jane Doe" }), &[("/full_name", "unknown_key")]),
        // Without `op` its other keys have no meaning.
        (json!({ "id": fixture.id, "x": 1 }), &[("/op", "required")]),
        (
            json!({ "op": "update", "id": fixture.id, "custom_fields": { "No": 1, "Seats": "two" } }),
            &[("/custom_fields/No", "unknown_key"), ("/custom_fields/Seats", "wrong_type")],
        ),
        (
            json!({ "op": "upsert", "phone_number": "+14155552671", "custom_fields": { "No": null } }),
            &[("/custom_fields/No", "unknown_key")],
        ),
        (
            json!({ "op": "upsert", "on_create": { "custom_fields": { "No": 1 } } }),
            &[("/on_create/custom_fields/No", "unknown_key")],
        ),
        (json!({ "op": "insert", "custom_fields": { "No": 1 } }), &[("/custom_fields/No", "unknown_key")]),
    ];
    let mut items: Vec<Value> = refused.iter().map(|(item, _)| item.clone()).collect();
    items.push(json!({ "op": "update", "id": fixture.id, "business_name": "done" }));
    let before = fixture.read().await;
    let response = send(&fixture, STRICT, json!(items)).await;
    let results = results(&response);
    for ((item, expected), result) in refused.iter().zip(&results) {
        assert_eq!(problem(result, ProblemType::InvalidFields), bad(expected), "{item}");
    }
    assert_eq!(results[refused.len()], json!({ "status": 200, "id": fixture.id }));
    assert_eq!(response.header("preference-applied"), "handling=strict");
    assert_eq!(response.optional_header("ignored-fields"), None);
    let now = fixture.read().await;
    assert_eq!(now["business_name"], "done");
    assert_eq!((&now["notes"], &now["custom_fields"]), (&before["notes"], &before["custom_fields"]));
    assert_eq!(count(&fixture).await, contacts, "a contact was created or deleted");
}

async fn repeated_key_refuses_its_item(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let contacts = count(&fixture).await;
    let body = r#"{ "items": [
        { "op": "insert", "op": "upsert" },
        { "op": "upsert", "notes": "a", "notes": "b", "x": 1, "x": 2 },
        { "op": "upsert", "on_create": { "notes": "a", "notes": "b", "custom_fields": { "Plan": 1, "Plan": 2 } } },
        { "op": "insert", "last_activity": null, "last_activity": null }
    ] }"#;
    let results = results(&send_body(&fixture, PATH, STRICT, body).await);
    let expected = [
        bad(&[("/op", "repeated_key")]),
        bad(&[("/notes", "repeated_key"), ("/x", "unknown_key")]),
        bad(&[("/on_create/notes", "repeated_key"), ("/on_create/custom_fields/Plan", "repeated_key")]),
        bad(&[("/last_activity", "repeated_key")]),
    ];
    let named: Vec<_> = results.iter().map(|result| problem(result, ProblemType::InvalidFields)).collect();
    assert_eq!(named, expected);
    assert_eq!(count(&fixture).await, contacts);
}

async fn unknown_or_repeated_key_of_the_batch_refuses_it(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let before = fixture.read().await;
    let item = json!({ "op": "update", "id": fixture.id, "notes": "lost", "x": 1 });
    for path in [PATH.to_owned(), format!("{PATH}?atomic=true")] {
        for (body, expected) in [
            (format!(r#"{{ "atomic": true, "items": [{item}] }}"#), ("/atomic", "unknown_key")),
            (format!(r#"{{ "items": [], "items": [{item}] }}"#), ("/items", "repeated_key")),
        ] {
            let response = send_body(&fixture, &path, STRICT, &body).await;
            assert_eq!(response.invalid_fields(ProblemType::InvalidFields), bad(&[expected]), "{body}");
            assert_eq!(response.optional_header("preference-applied"), None);
        }
    }
    assert_eq!(fixture.read().await, before);
}

async fn refused_atomic_batch_reports_fields_with_the_index_of_their_item(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let other = fixture.company.create(json!({ "email": "other@example.com" })).await;
    let (before, contacts) = (fixture.read().await, count(&fixture).await);
    let good = json!({ "op": "update", "id": fixture.id, "notes": "lost" });
    let items = json!([
        good,
        { "op": "upsert", "zip": 1, "is_dnd": "on", "on_create": { "zip": 1 } },
        { "op": "delete", "id": fixture.id, "notes": 1 },
    ]);
    let response = send_atomic(&fixture, STRICT, items).await;
    let expected = bad(&[
        ("/items/1/is_dnd", "wrong_type"),
        ("/items/1/on_create/zip", "unknown_key"),
        ("/items/1/zip", "unknown_key"),
        ("/items/2/notes", "unknown_key"),
    ]);
    assert_eq!(response.invalid_fields(ProblemType::InvalidFields), expected);
    // Checks that need the database.
    let new = json!({ "op": "upsert", "custom_fields": { "Nor": 1 }, "on_create": { "custom_fields": { "No": 1 } } });
    let response = send_atomic(&fixture, STRICT, json!([good, new])).await;
    let expected = bad(&[
        ("/items/1/on_create/custom_fields/No", "unknown_key"),
        ("/items/1/custom_fields/Nor", "unknown_key"),
    ]);
    assert_eq!(response.invalid_fields(ProblemType::InvalidFields), expected);
    let both = json!({ "op": "upsert", "phone_number": "+14155552671", "email": "other@example.com" });
    let response = send_atomic(&fixture, "match=email, handling=strict", json!([good, both])).await;
    let expected = bad(&[("/items/1/phone_number", "collides"), ("/items/1/email", "collides")]);
    assert_eq!(response.invalid_fields(ProblemType::ContactsCollide), expected);
    let errors = response.problem(ProblemType::ContactsCollide).errors;
    assert_eq!([errors[0].contact_id, errors[1].contact_id], [Some(fixture.id), Some(other)]);
    assert_eq!(response.optional_header("preference-applied"), None);
    assert_eq!((fixture.read().await, count(&fixture).await), (before, contacts), "something was written");
    let done = send_atomic(&fixture, STRICT, json!([good, { "op": "upsert" }])).await;
    assert_eq!(statuses(&results(&done)), [200, 201]);
    assert_eq!(done.header("preference-applied"), "handling=strict");
}

async fn colliding_upsert_refuses_only_its_item(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let other = fixture.company.create(json!({ "email": "other@example.com" })).await;
    let before = [fixture.read().await, fixture.company.read(other).await];
    let items = json!([
        { "op": "upsert", "phone_number": "+14155552671", "email": "other@example.com", "notes": "lost" },
        // The second of these matches the first.
        { "op": "upsert", "email": "new@example.com" },
        { "op": "upsert", "email": "new@example.com", "phone_number": "+14155552671" },
    ]);
    for (prefer, applied, created) in [
        ("handling=strict", "handling=strict", 201),
        ("match=email, handling=strict", "handling=strict", 200),
        ("handling=strict, match=reject", "match=reject, handling=strict", 200),
    ] {
        let response = send(&fixture, prefer, items.clone()).await;
        let results = results(&response);
        assert_eq!(statuses(&results), [409, created, 409], "{prefer}");
        for result in [&results[0], &results[2]] {
            let expected = bad(&[("/phone_number", "collides"), ("/email", "collides")]);
            assert_eq!(problem(result, ProblemType::ContactsCollide), expected);
        }
        let named = &results[0]["problem"]["errors"];
        assert_eq!(
            (&named[0]["contact_id"], &named[1]["contact_id"]),
            (&json!(fixture.id), &json!(other)),
            "{named}"
        );
        assert_eq!(response.header("preference-applied"), applied);
    }
    assert_eq!([fixture.read().await, fixture.company.read(other).await], before);
}

async fn normalised_values_are_accepted(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let upsert = |phone: &str| {
        json!({ "op": "upsert", "phone_number": phone, "tags": ["vip", "vip"], "is_dnd": true,
            "on_create": { "full_name": "jane doe", "lead_source": "import", "custom_fields": { "Plan": 1 } } })
    };
    // `on_create` is not applied to an existing contact, so its unknown keys are accepted.
    let mut found = upsert("(415) 555-2671");
    found["on_create"]["custom_fields"] = json!({ "No": 1 });
    let items = json!([
        upsert("(415) 555-2672"),
        found,
        { "op": "update", "id": fixture.id, "email": "", "custom_fields": { "Plan": null } },
        { "op": "insert", "name": "jane doe", "created_at": "2026-01-31T12:00:00.123456789+01:00" },
    ]);
    let results = results(&send(&fixture, STRICT, items).await);
    assert_eq!(statuses(&results), [201, 200, 200, 201]);
    for result in &results {
        assert_eq!(result.get("ignored"), None);
    }
    let created = fixture.company.read(id_of(&results[0])).await;
    assert_eq!((&created["name"], &created["lead_source"]), (&json!("Jane Doe"), &json!("import")));
    assert_eq!(created["custom_fields"], json!({ "Plan": 1 }));
}

async fn strict_handling_applies_to_a_large_batch(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let notes = "n".repeat(60_000);
    let mut items: Vec<Value> = (0..4).map(|_| json!({ "op": "insert", "notes": notes })).collect();
    items[3]["zip"] = json!(1);
    let results = results(&send(&fixture, STRICT, json!(items)).await);
    assert_eq!(statuses(&results), [201, 201, 201, 400]);
    assert_eq!(problem(&results[3], ProblemType::InvalidFields), bad(&[("/zip", "unknown_key")]));
    let response = send_body(&fixture, PATH, STRICT, json!({ "items": items, "more": notes })).await;
    assert_eq!(response.invalid_fields(ProblemType::InvalidFields), bad(&[("/more", "unknown_key")]));
}

async fn lenient_handling_is_the_default(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let items = json!([{ "op": "upsert", "zip": 1, "is_dnd": "yes", "lead_source": "tiktok",
        "on_create": { "zip": 1, "custom_fields": { "No": 1 } } }]);
    for (prefer, applied) in [
        ("handling=lenient", Some("handling=lenient")),
        ("handling=lenient, match=email", Some("match=email, handling=lenient")),
        ("handling=Strict, match=name", None),
        ("return=minimal", None),
    ] {
        let response = send(&fixture, prefer, items.clone()).await;
        let results = results(&response);
        assert_eq!(statuses(&results), [201], "{prefer}");
        assert_eq!(results[0]["ignored"], json!(["zip", "on_create.zip", "on_create.custom_fields.No"]));
        assert_eq!(response.optional_header("preference-applied"), applied, "{prefer}");
    }
}
