//! Creating agents, and the active agent of a contact.

use contact_model::ProblemType;
use contact_testing::{Backend, on_both_databases};
use serde_json::json;

use crate::fixture::{Fixture, UNKNOWN_ID, agent, bad, keys};

on_both_databases!(
    agent_is_created_with_its_name,
    every_invalid_field_of_an_agent_is_reported,
    get_returns_the_active_agent,
    unknown_agent_is_an_invalid_field,
    agent_id_is_required,
);

async fn agent_is_created_with_its_name(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    for (sent, active) in
        [(json!({ "name": "Desk" }), true), (json!({ "name": "Desk", "active": false }), false)]
    {
        let response = fixture.company.post("/agents/", sent).await;
        assert_eq!(response.status, 201);
        let agent = response.json();
        assert_eq!(keys(&agent), ["active", "created_at", "id", "name"]);
        assert_eq!((&agent["name"], &agent["active"]), (&json!("Desk"), &json!(active)));
    }
}

async fn every_invalid_field_of_an_agent_is_reported(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    for (sent, expected) in [
        (json!({}), bad(&[("/name", "required")])),
        (json!({ "name": null }), bad(&[("/name", "null_not_allowed")])),
        (json!({ "name": " \t" }), bad(&[("/name", "required")])),
        (json!({ "name": "名".repeat(201) }), bad(&[("/name", "too_long")])),
        (json!({ "name": 1, "active": "yes" }), bad(&[("/name", "wrong_type"), ("/active", "wrong_type")])),
        (
            json!({ "name": "a\0", "active": null }),
            bad(&[("/name", "nul_character"), ("/active", "null_not_allowed")]),
        ),
    ] {
        let response = fixture.company.post("/agents/", sent).await;
        assert_eq!(response.invalid_fields(ProblemType::InvalidFields), expected);
    }
    let longest = json!({ "name": "名".repeat(200) });
    assert_eq!(fixture.company.post("/agents/", longest).await.status, 201);
}

async fn get_returns_the_active_agent(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let path = format!("{}active-agent/", fixture.path());
    let absent =
        fixture.company.post("/agents/", json!({ "name": "Night desk", "active": false })).await.json();
    let present = agent(&fixture.company, "Front desk").await;
    for (choice, expected) in [
        (json!(present), json!({ "id": present, "name": "Front desk", "active": true })),
        (absent["id"].clone(), json!({ "id": absent["id"], "name": "Night desk", "active": false })),
        (json!(null), json!(null)),
    ] {
        let response = fixture.company.put(&path, json!({ "agent_id": choice })).await;
        assert_eq!((response.status, keys(&response.json()).len()), (200, 12));
        assert_eq!(fixture.read().await["active_chat_agent"], expected);
        // An update does not change the active agent.
        fixture.company.update(fixture.id, json!({ "notes": choice.to_string() })).await;
        assert_eq!(fixture.read().await["active_chat_agent"], expected);
    }
}

async fn unknown_agent_is_an_invalid_field(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let path = format!("{}active-agent/", fixture.path());
    fixture.company.put(&path, json!({ "agent_id": agent(&fixture.company, "Front desk").await })).await;
    let before = fixture.read().await;
    let response = fixture.company.put(&path, json!({ "agent_id": UNKNOWN_ID })).await;
    assert_eq!(response.invalid_fields(ProblemType::InvalidFields), bad(&[("/agent_id", "not_found")]));
    assert_eq!(fixture.read().await, before);
}

async fn agent_id_is_required(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let path = format!("{}active-agent/", fixture.path());
    for (sent, code) in [
        (json!({}), "required"),
        (json!({ "agent_id": "no-uuid" }), "invalid_value"),
        (json!({ "agent_id": 7 }), "wrong_type"),
    ] {
        let response = fixture.company.put(&path, sent).await;
        assert_eq!(response.invalid_fields(ProblemType::InvalidFields), bad(&[("/agent_id", code)]));
    }
}
