//! Listing, changing and deleting the agents of a company.

use contact_model::{Access, AgentId, ProblemType};
use contact_testing::{Backend, TestCompany, on_both_databases};
use serde_json::{Value, json};

use crate::fixture::{Fixture, UNKNOWN_ID, agent, bad};

on_both_databases!(
    agents_are_listed_oldest_first_for_every_key,
    update_changes_only_the_sent_fields,
    new_name_is_returned_with_contacts_and_threads,
    every_invalid_field_of_an_update_is_reported,
    unknown_keys_are_ignored_and_listed,
    unreferenced_agent_is_deleted,
    active_agent_of_a_contact_is_not_deleted,
    agent_with_threads_is_not_deleted,
    agent_of_another_company_is_not_found,
    malformed_id_is_a_400,
    trailing_slash_is_optional,
);

fn path_of(agent: impl std::fmt::Display) -> String {
    format!("/agents/{agent}/")
}

async fn list(company: &TestCompany) -> Vec<Value> {
    let response = company.get("/agents/").await;
    assert_eq!(response.status, 200, "{response:#?}");
    response.json()["results"].as_array().unwrap().clone()
}

/// Records a thread of the agent with the contact of the fixture.
async fn record(fixture: &Fixture, agent: AgentId) {
    let thread = json!({ "agent_id": agent, "type": "call", "status": "missed", "direction": "inbound" });
    let response = fixture.company.post(&format!("{}threads/", fixture.path()), thread).await;
    assert_eq!(response.status, 201, "{response:#?}");
}

/// Sets or clears the active agent of the contact of the fixture.
async fn choose(fixture: &Fixture, agent: Option<AgentId>) {
    let response =
        fixture.company.put(&format!("{}active-agent/", fixture.path()), json!({ "agent_id": agent })).await;
    assert_eq!(response.status, 200, "{response:#?}");
}

async fn assert_in_use(company: &TestCompany, agent: AgentId) {
    let problem = company.delete(&path_of(agent)).await.problem(ProblemType::AgentInUse);
    assert!(problem.detail.contains("Set active to false"), "{problem:?}");
}

async fn agents_are_listed_oldest_first_for_every_key(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    assert_eq!(list(&fixture.company).await, [] as [Value; 0]);
    agent(&fixture.company.server.company().await, "Stranger").await;
    let mut expected = Vec::new();
    for (name, active) in [("b", true), ("c", false), ("a", true), ("b", true)] {
        let response = fixture.company.post("/agents/", json!({ "name": name, "active": active })).await;
        expected.push(response.json());
    }
    let reader = fixture.company.with_access(Access::Read).await;
    for company in [&fixture.company, &reader] {
        assert_eq!(list(company).await, expected);
    }
}

async fn update_changes_only_the_sent_fields(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    let desk = agent(&fixture.company, "Front desk").await;
    let mut expected = list(&fixture.company).await.remove(0);
    for (sent, name, active) in [
        (json!({ "active": false }), "Front desk", false),
        (json!({ "name": "Night desk" }), "Night desk", false),
        (json!({}), "Night desk", false),
        (json!({ "name": "Desk", "active": true }), "Desk", true),
    ] {
        let response = fixture.company.patch(&path_of(desk), sent).await;
        expected["name"] = json!(name);
        expected["active"] = json!(active);
        assert_eq!((response.status, response.json()), (200, expected.clone()));
        assert_eq!(list(&fixture.company).await, [expected.clone()]);
    }
}

async fn new_name_is_returned_with_contacts_and_threads(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let desk = agent(&fixture.company, "Front desk").await;
    choose(&fixture, Some(desk)).await;
    record(&fixture, desk).await;
    let before = fixture.read().await;
    fixture.company.patch(&path_of(desk), json!({ "name": "Night desk", "active": false })).await;
    let mut expected = before.clone();
    expected["active_chat_agent"] = json!({ "id": desk, "name": "Night desk", "active": false });
    expected["recent_activity"][0]["agent_name"] = json!("Night desk");
    assert_eq!(fixture.read().await, expected, "the contact itself was not written");
}

async fn every_invalid_field_of_an_update_is_reported(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    let desk = agent(&fixture.company, "Front desk").await;
    let before = list(&fixture.company).await;
    for (sent, expected) in [
        (json!({ "name": null }), bad(&[("/name", "null_not_allowed")])),
        (json!({ "name": " \t" }), bad(&[("/name", "required")])),
        (json!({ "name": "名".repeat(201), "active": false }), bad(&[("/name", "too_long")])),
        (json!({ "name": 1, "active": "yes" }), bad(&[("/name", "wrong_type"), ("/active", "wrong_type")])),
        (
            json!({ "name": "a\0", "active": null }),
            bad(&[("/name", "nul_character"), ("/active", "null_not_allowed")]),
        ),
    ] {
        let response = fixture.company.patch(&path_of(desk), sent).await;
        assert_eq!(response.invalid_fields(ProblemType::InvalidFields), expected);
    }
    assert_eq!(list(&fixture.company).await, before);
}

async fn unknown_keys_are_ignored_and_listed(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    let desk = agent(&fixture.company, "Front desk").await;
    let before = list(&fixture.company).await;
    let sent = json!({ "id": UNKNOWN_ID, "created_at": "2020-01-01T00:00:00Z" });
    let response = fixture.company.patch(&path_of(desk), sent).await;
    assert_eq!(response.header("ignored-fields"), r#""id", "created_at""#);
    assert_eq!(list(&fixture.company).await, before);
}

async fn unreferenced_agent_is_deleted(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let [desk, night] =
        [agent(&fixture.company, "Front desk").await, agent(&fixture.company, "Night desk").await];
    choose(&fixture, Some(desk)).await;
    record(&fixture, desk).await;
    let before = fixture.read().await;
    let response = fixture.company.delete(&path_of(night)).await;
    assert_eq!((response.status, response.body.as_str()), (204, ""));
    let left = list(&fixture.company).await;
    assert_eq!((left.len(), &left[0]["id"]), (1, &json!(desk)));
    fixture.company.delete(&path_of(night)).await.problem(ProblemType::AgentNotFound);
    fixture
        .company
        .patch(&path_of(night), json!({ "active": true }))
        .await
        .problem(ProblemType::AgentNotFound);
    let response =
        fixture.company.put(&format!("{}active-agent/", fixture.path()), json!({ "agent_id": night })).await;
    assert_eq!(response.invalid_fields(ProblemType::InvalidFields), bad(&[("/agent_id", "not_found")]));
    assert_eq!(fixture.read().await, before);
}

async fn active_agent_of_a_contact_is_not_deleted(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let desk = agent(&fixture.company, "Front desk").await;
    choose(&fixture, Some(desk)).await;
    let before = fixture.read().await;
    assert_in_use(&fixture.company, desk).await;
    assert_eq!(fixture.read().await, before);
    choose(&fixture, None).await;
    assert_eq!(fixture.company.delete(&path_of(desk)).await.status, 204, "nothing refers to it any more");
}

async fn agent_with_threads_is_not_deleted(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let desk = agent(&fixture.company, "Front desk").await;
    // A thread that is not among the latest threads of the contact.
    record(&fixture, desk).await;
    let night = agent(&fixture.company, "Night desk").await;
    for _ in 0..3 {
        record(&fixture, night).await;
    }
    let before = fixture.read().await;
    assert_in_use(&fixture.company, desk).await;
    assert_eq!((fixture.read().await, list(&fixture.company).await.len()), (before, 2));
}

async fn agent_of_another_company_is_not_found(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    // An unreferenced agent and one in use: the responses to another company are the same.
    let [free, used] =
        [agent(&fixture.company, "Front desk").await, agent(&fixture.company, "Night desk").await];
    choose(&fixture, Some(used)).await;
    let before = list(&fixture.company).await;
    let stranger = fixture.company.server.company().await;
    assert_eq!(list(&stranger).await, [] as [Value; 0]);
    for path in [path_of(free), path_of(used), path_of(UNKNOWN_ID)] {
        let responses =
            [stranger.patch(&path, json!({ "name": "Mine" })).await, stranger.delete(&path).await];
        for response in responses {
            let problem = response.problem(ProblemType::AgentNotFound);
            assert_eq!(problem.detail, "The company has no agent with this id.");
        }
    }
    assert_eq!(list(&fixture.company).await, before);
}

async fn malformed_id_is_a_400(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    for id in ["7", "no-uuid", "%FF", "%00", "null", &UNKNOWN_ID[1..]] {
        let path = path_of(id);
        for response in [fixture.company.patch(&path, json!({})).await, fixture.company.delete(&path).await] {
            let expected = bad(&[("agent_id", "invalid_value")]);
            assert_eq!(response.invalid_fields(ProblemType::InvalidParameter), expected, "{id}");
        }
    }
}

async fn trailing_slash_is_optional(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    let desk = agent(&fixture.company, "Front desk").await;
    assert_eq!(fixture.company.get("/agents").await.status, 200);
    let bare = format!("/agents/{desk}");
    assert_eq!(fixture.company.patch(&bare, json!({ "active": false })).await.status, 200);
    assert_eq!(fixture.company.delete(&bare).await.status, 204);
}
