//! `?include=` of every operation that returns a contact.

use contact_testing::{Backend, TestResponse, on_both_databases};
use serde_json::{Value, json};

use crate::fixture::{Fixture, agent_with_contact};
use crate::operations::{self, Operation};

on_both_databases!(
    every_operation_that_returns_a_contact_accepts_every_key,
    keys_may_be_in_any_order_and_repeated,
    empty_include_adds_nothing,
    included_values_are_the_stored_ones,
);

const KEYS: [&str; 4] = ["first_name", "last_name", "custom_fields", "updated_at"];

async fn send(fixture: &Fixture, operation: &Operation, query: &str) -> TestResponse {
    let agent = agent_with_contact(&fixture.company, "Front desk").await;
    let path = format!("{}{query}", operation.path_for(fixture.id));
    let request = operation.request(&fixture.company, &path, agent);
    // A dry run, so that the contact is not deleted.
    fixture.company.send(request.header("Prefer", "return=receipt, tx=rollback")).await
}

/// Returns the contact in a response, or the first one of several.
fn contact_of(response: &TestResponse) -> Value {
    let body = if response.status == 204 { Value::Null } else { response.json() };
    let places = ["/results/0/contact", "/results/0", "/contact"];
    places.into_iter().find_map(|place| body.pointer(place)).cloned().unwrap_or(body)
}

fn included(response: &TestResponse) -> Vec<&'static str> {
    assert!(matches!(response.status, 200 | 201), "{response:#?}");
    let contact = contact_of(response);
    KEYS.into_iter().filter(|key| contact.get(key).is_some()).collect()
}

async fn every_operation_that_returns_a_contact_accepts_every_key(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let fixture = Fixture { company: fixture.admin().await, ..fixture };
    let mut returning = Vec::new();
    // `include=contact` of the feed adds whole contacts.
    for operation in operations::all().into_iter().filter(|operation| operation.id != "read_changes") {
        let plain = send(&fixture, &operation, "").await;
        let is_contact = contact_of(&plain).get("lead_source").is_some();
        assert_eq!(is_contact, operation.query.iter().any(|name| name == "include"), "{}", operation.id);
        if !is_contact {
            continue;
        }
        assert_eq!(included(&plain), [] as [&str; 0], "{}", operation.id);
        for key in KEYS {
            let response = send(&fixture, &operation, &format!("?include={key}")).await;
            assert_eq!(included(&response), [key], "{}", operation.id);
        }
        returning.push(operation.id);
    }
    for id in
        ["create_contact", "get_contact", "update_contact", "delete_contact", "record_thread", "write_batch"]
    {
        assert!(returning.iter().any(|returning| returning == id), "{id} returns no contact");
    }
}

async fn keys_may_be_in_any_order_and_repeated(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    for query in [
        "?include=updated_at,custom_fields,last_name,first_name,updated_at",
        "?include=first_name,last_name&include=custom_fields&include=updated_at",
        "?include=first_name%2Clast_name,%20custom_fields%20,,updated_at,",
    ] {
        let response = fixture.company.get(&format!("{}{query}", fixture.path())).await;
        assert_eq!(included(&response), KEYS, "{query}");
    }
}

async fn empty_include_adds_nothing(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    for query in ["?include=", "?include", "?include=,"] {
        let response = fixture.company.get(&format!("{}{query}", fixture.path())).await;
        assert_eq!(included(&response), [] as [&str; 0], "{query}");
    }
}

async fn included_values_are_the_stored_ones(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let all = format!("?include={}", KEYS.join(","));
    let path = format!("{}{all}", fixture.path());
    let contact =
        fixture.company.patch(&path, json!({ "custom_fields": { "Plan": [1, null] } })).await.json();
    assert_eq!((&contact["first_name"], &contact["last_name"]), (&json!("Jane"), &json!("Doe")));
    assert_eq!(contact["custom_fields"], json!({ "Plan": [1, null] }));
    assert!(contact["updated_at"].as_str() > contact["created_at"].as_str());
    let cleared = json!({ "full_name": null, "custom_fields": { "Plan": null } });
    let contact = fixture.company.patch(&path, cleared).await.json();
    assert_eq!((&contact["first_name"], &contact["last_name"]), (&json!(null), &json!(null)));
    assert_eq!(contact["custom_fields"], json!({}));
}
