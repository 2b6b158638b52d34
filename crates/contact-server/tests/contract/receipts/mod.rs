//! `Prefer: return=receipt`: which fields of a contact a write changed.

mod removals;
mod threads;

use contact_model::ProblemType;
use contact_testing::{Backend, TestResponse, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::fixture::{Fixture, agent_with_contact, keys};
use crate::operations;

on_both_databases!(
    receipt_of_a_new_contact_has_null_before,
    receipt_of_an_existing_contact_has_values_before_and_after,
    receipt_lists_ignored_and_repeated_keys,
    receipt_of_an_update_lists_changed_fields,
    other_writes_of_a_contact_return_receipts,
    receipt_does_not_affect_the_write,
    every_write_of_a_contact_supports_both_representations,
    refused_write_has_no_receipt,
);

const MEDIA_TYPE: &str = "application/vnd.contacts.receipt+json";

async fn send(fixture: &Fixture, method: Method, path: &str, body: Option<Value>) -> TestResponse {
    let request = fixture.company.request(method, path).header("Prefer", "return=receipt");
    let request = if let Some(body) = body { request.json(&body) } else { request };
    fixture.company.send(request).await
}

/// Sends a write and returns its receipt.
async fn receipt_of(fixture: &Fixture, method: Method, path: &str, body: Option<Value>) -> Value {
    let response = send(fixture, method, path, body).await;
    assert!(matches!(response.status, 200 | 201), "{response:#?}");
    assert_eq!(response.header("content-type"), MEDIA_TYPE);
    assert_eq!(response.header("preference-applied"), "return=receipt");
    let mut response = response.json();
    assert_eq!(keys(&response), ["contact", "receipt"]);
    assert_eq!(keys(&response["contact"]).len(), 12);
    response["receipt"].take()
}

async fn post(fixture: &Fixture, body: Value) -> Value {
    receipt_of(fixture, Method::POST, "/contacts/", Some(body)).await
}

async fn receipt_of_a_new_contact_has_null_before(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let body = json!({
        "full_name": " jane  doe", "email": "New@Example.com", "phone_number": "(415) 555-2672",
        "tags": ["a", "a"], "is_dnd": "yes", "lead_source": "tiktok", "notes": "", "zip": 1,
        "custom_fields": { "Plan": 1.50, "No": 1 },
    });
    let expected = json!({
        "action": "created",
        "matched_by": null,
        "changed": {
            "name": { "before": null, "after": "Jane Doe" },
            "first_name": { "before": null, "after": "Jane" },
            "last_name": { "before": null, "after": "Doe" },
            "email": { "before": null, "after": "new@example.com" },
            "phone": { "before": null, "after": "+14155552672" },
            "notes": { "before": null, "after": "" },
            "tags": { "before": null, "after": ["a"] },
            "lead_source": { "before": null, "after": "manual" },
            "is_dnd": { "before": null, "after": true },
            "custom_fields.Plan": { "before": null, "after": 1.5 },
        },
        "normalised": {
            "full_name": { "sent": " jane  doe", "stored": "Jane Doe" },
            "email": { "sent": "New@Example.com", "stored": "new@example.com" },
            "phone_number": { "sent": "(415) 555-2672", "stored": "+14155552672" },
            "tags": { "sent": ["a", "a"], "stored": ["a"] },
        },
        "coerced": {
            "is_dnd": { "sent": "yes", "stored": true },
            "lead_source": { "sent": "tiktok", "stored": "manual" },
        },
        "ignored": ["zip", "custom_fields.No"],
        "repeated": [],
    });
    assert_eq!(post(&fixture, body).await, expected);
}

async fn receipt_of_an_existing_contact_has_values_before_and_after(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let body = json!({
        "phone_number": "415 555 2671", "email": "", "tags": ["new", "vip"], "is_dnd": 0,
        "custom_fields": { "Plan": "silver" },
    });
    let first = post(&fixture, body.clone()).await;
    assert_eq!((&first["action"], &first["matched_by"]), (&json!("updated"), &json!("phone")));
    let changed = json!({
        "email": { "before": "jane@example.com", "after": null },
        "tags": { "before": ["vip"], "after": ["vip", "new"] },
        "custom_fields.Plan": { "before": "gold", "after": "silver" },
    });
    assert_eq!(first["changed"], changed);
    let normalised = json!({
        "phone_number": { "sent": "415 555 2671", "stored": "+14155552671" },
        "email": { "sent": "", "stored": null },
        "tags": { "sent": ["new", "vip"], "stored": ["vip", "new"] },
    });
    assert_eq!(first["normalised"], normalised);
    assert_eq!(first["coerced"], json!({ "is_dnd": { "sent": 0, "stored": false } }));
    // The same create again changes nothing.
    let again = post(&fixture, body).await;
    assert_eq!((&again["action"], &again["changed"]), (&json!("unchanged"), &json!({})));
    assert_eq!((&again["normalised"], &again["coerced"]), (&normalised, &first["coerced"]));
    fixture.patch(json!({ "email": "jane@example.com" })).await;
    let by_email = post(&fixture, json!({ "email": "JANE@example.com", "notes": null })).await;
    assert_eq!(by_email["matched_by"], "email");
    assert_eq!(by_email["changed"], json!({ "notes": { "before": "Called", "after": null } }));
}

async fn receipt_lists_ignored_and_repeated_keys(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    fixture.company.create(json!({ "email": "other@example.com" })).await;
    let body = json!({ "phone_number": "+14155552671", "email": "Other@example.com" });
    let receipt = post(&fixture, body.clone()).await;
    assert_eq!((&receipt["ignored"], &receipt["normalised"]), (&json!(["email"]), &json!({})));
    assert_eq!((&receipt["action"], &receipt["changed"]), (&json!("unchanged"), &json!({})));
    let request = fixture.company.request(Method::POST, "/contacts/").json(&body);
    let request = request.header("Prefer", "match=email").header("Prefer", "return=receipt, wait=1");
    let response = fixture.company.send(request).await;
    assert_eq!(response.header("preference-applied"), "return=receipt, match=email");
    assert_eq!(response.header("ignored-fields"), r#""phone_number""#);
    let receipt = &response.json()["receipt"];
    assert_eq!((&receipt["ignored"], &receipt["matched_by"]), (&json!(["phone_number"]), &json!("email")));
    assert_eq!(
        receipt["normalised"],
        json!({ "email": { "sent": "Other@example.com", "stored": "other@example.com" } })
    );

    // The receipt contains all names; the header contains at most twenty.
    let many: serde_json::Map<String, Value> = (0..30).map(|n| (format!("{n:0>100}"), Value::Null)).collect();
    assert_eq!(post(&fixture, many.into()).await["ignored"].as_array().unwrap().len(), 30);
    let text = r#"{ "notes": "a", "notes": "b", "custom_fields": { "Plan": 1, "Plan": 2.50 } }"#;
    let request = fixture.company.request(Method::PATCH, &fixture.path()).header("Prefer", "return=receipt");
    let request = request.header("Content-Type", "application/json").body(text);
    let response = fixture.company.send(request).await;
    assert!(
        response.body.contains(r#"{"before":"gold","after":2.50}"#),
        "every digit is kept: {response:#?}"
    );
    let receipt = &response.json()["receipt"];
    assert_eq!(receipt["repeated"], json!(["notes", "custom_fields.Plan"]));
}

async fn receipt_of_an_update_lists_changed_fields(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let body = json!({
        "full_name": "jane roe", "email": "", "phone_number": "(415) 555-2671", "tags": ["a", "a"],
        "lead_source": "API", "custom_fields": { "Plan": null, "plan": 1 }, "nickname": "J",
    });
    let receipt = receipt_of(&fixture, Method::PATCH, &fixture.path(), Some(body.clone())).await;
    let expected = json!({
        "action": "updated",
        "matched_by": null,
        "changed": {
            "name": { "before": "Jane Doe", "after": "jane roe" },
            "first_name": { "before": "Jane", "after": "jane" },
            "last_name": { "before": "Doe", "after": "roe" },
            "email": { "before": "jane@example.com", "after": null },
            "phone": { "before": "+14155552671", "after": "(415) 555-2671" },
            "tags": { "before": ["vip"], "after": ["a", "a"] },
            "lead_source": { "before": "webhook", "after": "manual" },
            "custom_fields.Plan": { "before": "gold", "after": null },
        },
        "normalised": { "email": { "sent": "", "stored": null } },
        "coerced": { "lead_source": { "sent": "API", "stored": "manual" } },
        "ignored": ["nickname", "custom_fields.plan"],
        "repeated": [],
    });
    assert_eq!(receipt, expected);
    let again = receipt_of(&fixture, Method::PATCH, &fixture.path(), Some(body)).await;
    assert_eq!((&again["action"], &again["changed"]), (&json!("unchanged"), &json!({})));
    // `include` has no effect on the receipt.
    let path = format!("{}?include=custom_fields", fixture.path());
    let response = send(&fixture, Method::PATCH, &path, Some(json!({ "notes": "x" }))).await.json();
    assert_eq!(response["contact"]["custom_fields"], json!({}));
    assert_eq!(response["receipt"]["changed"], json!({ "notes": { "before": "Called", "after": "x" } }));
}

async fn other_writes_of_a_contact_return_receipts(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let agent = agent_with_contact(&fixture.company, "Front desk").await;
    let at = |rest: &str| format!("{}{rest}", fixture.path());
    let none = json!({});

    let body = json!({ "agent_id": agent, "zip": 1 });
    let receipt = receipt_of(&fixture, Method::PUT, &at("active-agent/"), Some(body)).await;
    let changed = json!({ "active_agent_id": { "before": null, "after": agent } });
    assert_eq!((&receipt["action"], &receipt["changed"]), (&json!("updated"), &changed));
    assert_eq!(receipt["ignored"], json!(["zip"]));

    let body = json!({ "tags": ["b", "vip", "b"] });
    let receipt = receipt_of(&fixture, Method::POST, &at("tags/"), Some(body)).await;
    assert_eq!(receipt["changed"], json!({ "tags": { "before": ["vip"], "after": ["vip", "b"] } }));
    let normalised = json!({ "tags": { "sent": ["b", "vip", "b"], "stored": ["vip", "b"] } });
    assert_eq!(receipt["normalised"], normalised);

    let receipt = receipt_of(&fixture, Method::DELETE, &at("tags/vip/"), None).await;
    assert_eq!(receipt["changed"], json!({ "tags": { "before": ["vip", "b"], "after": ["b"] } }));
    let receipt = receipt_of(&fixture, Method::DELETE, &at("tags/vip/"), None).await;
    assert_eq!((&receipt["action"], &receipt["changed"]), (&json!("unchanged"), &none));

    assert_eq!(fixture.company.delete(&fixture.path()).await.status, 204);
    for action in ["restored", "unchanged"] {
        let receipt = receipt_of(&fixture, Method::POST, &at("restore/"), None).await;
        assert_eq!((&receipt["action"], &receipt["changed"]), (&json!(action), &none));
        assert_eq!(
            (&receipt["normalised"], &receipt["coerced"], &receipt["ignored"]),
            (&none, &none, &json!([]))
        );
    }
}

async fn receipt_does_not_affect_the_write(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    for (body, status) in [
        (json!({ "email": "new@example.com", "zip": 1, "custom_fields": { "No": 1 } }), 201),
        (json!({ "email": "new@example.com", "zip": 1, "custom_fields": { "No": 1 } }), 200),
    ] {
        let response = send(&fixture, Method::POST, "/contacts/", Some(body)).await;
        assert_eq!(
            (response.status, response.header("ignored-fields")),
            (status, r#""zip", "custom_fields.No""#)
        );
        let contact = fixture.company.patch(response.header("location"), json!({})).await.json();
        assert_eq!(response.json()["contact"], contact);
    }
}

async fn every_write_of_a_contact_supports_both_representations(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let agent = agent_with_contact(&fixture.company, "Front desk").await;
    let document = serde_json::to_value(contact_server::description::document()).unwrap();
    let mut seen = 0;
    for operation in operations::all() {
        let method = operation.method.as_str().to_lowercase();
        let responses = document["paths"][&operation.path][method]["responses"].as_object().unwrap();
        let described = responses.iter().any(|(status, response)| {
            let response = operations::resolved(&document, response);
            status.starts_with('2') && response["content"][MEDIA_TYPE].is_object()
        });
        if !described {
            continue;
        }
        for (prefer, media_type) in
            [("return=representation", "application/json"), ("return=receipt", MEDIA_TYPE)]
        {
            let path = operation.path_for(fixture.id);
            let request = operation.request(&fixture.company, &path, agent).header("Prefer", prefer);
            let response = fixture.company.send(request).await;
            assert_eq!(response.header("content-type"), media_type, "{}", operation.id);
            assert_eq!(response.header("preference-applied"), prefer);
            let body = response.json();
            let (contact, tag) = match operation.id.as_str() {
                "write_batch" => {
                    let item = &body["results"][0];
                    (&item["contact"], item["etag"].as_str().unwrap())
                }
                // It returns the thread, which has no entity tag.
                "record_thread" if prefer == "return=representation" => continue,
                _ if prefer == "return=receipt" => (&body["contact"], response.header("etag")),
                _ => (&body, response.header("etag")),
            };
            assert_eq!(keys(contact).len(), 12, "{}", operation.id);
            let id = contact["id"].as_str().unwrap().replace('-', "");
            assert!(tag.contains(&id), "{tag} is not an entity tag of the contact");
            // A deleted contact is created again for the other response.
            assert_eq!(
                fixture.company.post(&format!("{}restore/", fixture.path()), json!({})).await.status,
                200
            );
        }
        seen += 1;
    }
    assert_eq!(seen, 10, "operations that write contacts");
}

async fn refused_write_has_no_receipt(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let response = send(&fixture, Method::PATCH, &fixture.path(), Some(json!({ "notes": 1 }))).await;
    response.problem(ProblemType::InvalidFields);
    assert_eq!(response.optional_header("preference-applied"), None);
}
