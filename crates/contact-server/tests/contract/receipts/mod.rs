//! `Prefer: return=receipt`: what a write of a contact did, field by field.

mod removals;
mod threads;

use contact_model::ProblemType;
use contact_testing::{Backend, TestResponse, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::fixture::{Fixture, agent, keys};
use crate::operations;

on_both_databases!(
    a_created_contact_had_nothing_before,
    an_existing_contact_is_told_before_and_after,
    what_is_left_out_is_told,
    an_update_tells_what_it_changed,
    the_other_writes_of_a_contact_have_receipts,
    a_receipt_changes_nothing_else,
    every_write_of_a_contact_knows_both_answers,
    a_refused_write_has_no_receipt,
);

const MEDIA_TYPE: &str = "application/vnd.contacts.receipt+json";

async fn send(fixture: &Fixture, method: Method, path: &str, body: Option<Value>) -> TestResponse {
    let request = fixture.company.request(method, path).header("Prefer", "return=receipt");
    let request = if let Some(body) = body { request.json(&body) } else { request };
    fixture.company.send(request).await
}

/// The receipt of a write that answers with one.
async fn receipt(fixture: &Fixture, method: Method, path: &str, body: Option<Value>) -> Value {
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
    receipt(fixture, Method::POST, "/contacts/", Some(body)).await
}

async fn a_created_contact_had_nothing_before(backend: Backend) {
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

async fn an_existing_contact_is_told_before_and_after(backend: Backend) {
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
    // The same once more finds it all as it is to be.
    let again = post(&fixture, body).await;
    assert_eq!((&again["action"], &again["changed"]), (&json!("unchanged"), &json!({})));
    assert_eq!((&again["normalised"], &again["coerced"]), (&normalised, &first["coerced"]));
    fixture.patch(json!({ "email": "jane@example.com" })).await;
    let by_email = post(&fixture, json!({ "email": "JANE@example.com", "notes": null })).await;
    assert_eq!(by_email["matched_by"], "email");
    assert_eq!(by_email["changed"], json!({ "notes": { "before": "Called", "after": null } }));
}

async fn what_is_left_out_is_told(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    fixture.company.create(json!({ "email": "other@example.com" })).await;
    let body = json!({ "phone_number": "+14155552671", "email": "Other@example.com" });
    let told = post(&fixture, body.clone()).await;
    assert_eq!((&told["ignored"], &told["normalised"]), (&json!(["email"]), &json!({})));
    assert_eq!((&told["action"], &told["changed"]), (&json!("unchanged"), &json!({})));
    let request = fixture.company.request(Method::POST, "/contacts/").json(&body);
    let request = request.header("Prefer", "match=email").header("Prefer", "return=receipt, wait=1");
    let response = fixture.company.send(request).await;
    assert_eq!(response.header("preference-applied"), "return=receipt, match=email");
    assert_eq!(response.header("ignored-fields"), r#""phone_number""#);
    let told = &response.json()["receipt"];
    assert_eq!((&told["ignored"], &told["matched_by"]), (&json!(["phone_number"]), &json!("email")));
    assert_eq!(
        told["normalised"],
        json!({ "email": { "sent": "Other@example.com", "stored": "other@example.com" } })
    );

    // All names, where the header has room for twenty.
    let many: serde_json::Map<String, Value> = (0..30).map(|n| (format!("{n:0>100}"), Value::Null)).collect();
    assert_eq!(post(&fixture, many.into()).await["ignored"].as_array().unwrap().len(), 30);
    let text = r#"{ "notes": "a", "notes": "b", "custom_fields": { "Plan": 1, "Plan": 2.50 } }"#;
    let request = fixture.company.request(Method::PATCH, &fixture.path()).header("Prefer", "return=receipt");
    let request = request.header("Content-Type", "application/json").body(text);
    let response = fixture.company.send(request).await;
    assert!(response.body.contains(r#"{"before":"gold","after":2.50}"#), "digit for digit: {response:#?}");
    let told = &response.json()["receipt"];
    assert_eq!(told["repeated"], json!(["notes", "custom_fields.Plan"]));
}

async fn an_update_tells_what_it_changed(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let body = json!({
        "full_name": "jane roe", "email": "", "phone_number": "(415) 555-2671", "tags": ["a", "a"],
        "lead_source": "API", "custom_fields": { "Plan": null, "plan": 1 }, "nickname": "J",
    });
    let told = receipt(&fixture, Method::PATCH, &fixture.path(), Some(body.clone())).await;
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
    assert_eq!(told, expected);
    let again = receipt(&fixture, Method::PATCH, &fixture.path(), Some(body)).await;
    assert_eq!((&again["action"], &again["changed"]), (&json!("unchanged"), &json!({})));
    // What is answered with the contact is asked for apart from it.
    let path = format!("{}?include=custom_fields", fixture.path());
    let response = send(&fixture, Method::PATCH, &path, Some(json!({ "notes": "x" }))).await.json();
    assert_eq!(response["contact"]["custom_fields"], json!({}));
    assert_eq!(response["receipt"]["changed"], json!({ "notes": { "before": "Called", "after": "x" } }));
}

async fn the_other_writes_of_a_contact_have_receipts(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let agent = agent(&fixture.company, "Front desk").await;
    let at = |rest: &str| format!("{}{rest}", fixture.path());
    let none = json!({});

    let body = json!({ "agent_id": agent, "zip": 1 });
    let told = receipt(&fixture, Method::PUT, &at("active-agent/"), Some(body)).await;
    let changed = json!({ "active_agent_id": { "before": null, "after": agent } });
    assert_eq!((&told["action"], &told["changed"]), (&json!("updated"), &changed));
    assert_eq!(told["ignored"], json!(["zip"]));

    let body = json!({ "tags": ["b", "vip", "b"] });
    let told = receipt(&fixture, Method::POST, &at("tags/"), Some(body)).await;
    assert_eq!(told["changed"], json!({ "tags": { "before": ["vip"], "after": ["vip", "b"] } }));
    let normalised = json!({ "tags": { "sent": ["b", "vip", "b"], "stored": ["vip", "b"] } });
    assert_eq!(told["normalised"], normalised);

    let told = receipt(&fixture, Method::DELETE, &at("tags/vip/"), None).await;
    assert_eq!(told["changed"], json!({ "tags": { "before": ["vip", "b"], "after": ["b"] } }));
    let told = receipt(&fixture, Method::DELETE, &at("tags/vip/"), None).await;
    assert_eq!((&told["action"], &told["changed"]), (&json!("unchanged"), &none));

    assert_eq!(fixture.company.delete(&fixture.path()).await.status, 204);
    for action in ["restored", "unchanged"] {
        let told = receipt(&fixture, Method::POST, &at("restore/"), None).await;
        assert_eq!((&told["action"], &told["changed"]), (&json!(action), &none));
        assert_eq!((&told["normalised"], &told["coerced"], &told["ignored"]), (&none, &none, &json!([])));
    }
}

async fn a_receipt_changes_nothing_else(backend: Backend) {
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

async fn every_write_of_a_contact_knows_both_answers(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let agent = agent(&fixture.company, "Front desk").await;
    let document = serde_json::to_value(contact_server::openapi::document()).unwrap();
    let mut seen = 0;
    for operation in operations::all() {
        let method = operation.method.as_str().to_lowercase();
        let responses = document["paths"][&operation.path][method]["responses"].as_object().unwrap();
        let described = responses
            .iter()
            .any(|(status, response)| status.starts_with('2') && response["content"][MEDIA_TYPE].is_object());
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
                // It answers with the thread, which has no tag.
                "record_thread" if prefer == "return=representation" => continue,
                _ if prefer == "return=receipt" => (&body["contact"], response.header("etag")),
                _ => (&body, response.header("etag")),
            };
            assert_eq!(keys(contact).len(), 12, "{}", operation.id);
            let id = contact["id"].as_str().unwrap().replace('-', "");
            assert!(tag.contains(&id), "{tag} is no tag of the contact");
            // A deleted contact is created again for the other response.
            assert_eq!(
                fixture.company.post(&format!("{}restore/", fixture.path()), json!({})).await.status,
                200
            );
        }
        seen += 1;
    }
    assert_eq!(seen, 9, "operations that write contacts");
}

async fn a_refused_write_has_no_receipt(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let response = send(&fixture, Method::PATCH, &fixture.path(), Some(json!({ "notes": 1 }))).await;
    response.problem(ProblemType::InvalidFields);
    assert_eq!(response.optional_header("preference-applied"), None);
}
