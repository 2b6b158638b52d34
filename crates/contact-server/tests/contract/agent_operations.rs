//! The agents of a company, listed, changed and deleted over HTTP.

use contact_model::{Access, AgentId, ProblemType};
use contact_testing::{Backend, TestCompany, on_both_databases};
use serde_json::{Value, json};

use crate::stage::{NEVER_WAS, Stage, agent, bad};

on_both_databases!(
    agents_are_listed_the_oldest_first_for_every_key,
    what_is_sent_changes_and_the_rest_stays,
    a_new_name_shows_wherever_the_agent_does,
    every_bad_field_of_an_update_is_named,
    what_is_not_known_is_ignored_by_name,
    an_agent_that_nothing_refers_to_is_deleted,
    a_contacts_active_agent_is_not_deleted,
    an_agent_with_threads_is_not_deleted,
    another_companys_agent_is_no_agent,
    an_unreadable_id_is_a_400,
    the_missing_slash_is_served_alike,
);

fn path_of(agent: impl std::fmt::Display) -> String {
    format!("/agents/{agent}/")
}

async fn list(company: &TestCompany) -> Vec<Value> {
    let answer = company.get("/agents/").await;
    assert_eq!(answer.status, 200, "{answer:#?}");
    answer.json()["results"].as_array().unwrap().clone()
}

/// Records a thread of the agent with the stage's contact.
async fn record(stage: &Stage, agent: AgentId) {
    let thread = json!({ "agent_id": agent, "type": "call", "status": "missed", "direction": "inbound" });
    let answer = stage.company.post(&format!("{}threads/", stage.path()), thread).await;
    assert_eq!(answer.status, 201, "{answer:#?}");
}

/// Makes the agent the active one of the stage's contact, or none.
async fn choose(stage: &Stage, agent: Option<AgentId>) {
    let answer =
        stage.company.put(&format!("{}active-agent/", stage.path()), json!({ "agent_id": agent })).await;
    assert_eq!(answer.status, 200, "{answer:#?}");
}

async fn is_in_use(company: &TestCompany, agent: AgentId) {
    let problem = company.delete(&path_of(agent)).await.problem(ProblemType::AgentInUse);
    assert!(problem.detail.contains("Set active to false"), "{problem:?}");
}

async fn agents_are_listed_the_oldest_first_for_every_key(backend: Backend) {
    let stage = Stage::with(backend, json!({})).await;
    assert_eq!(list(&stage.company).await, [] as [Value; 0]);
    agent(&stage.server.company().await, "Stranger").await;
    let mut expected = Vec::new();
    for (name, active) in [("b", true), ("c", false), ("a", true), ("b", true)] {
        let answer = stage.company.post("/agents/", json!({ "name": name, "active": active })).await;
        expected.push(answer.json());
    }
    let reader = stage.server.key(stage.company.id, Access::Read, None).await;
    for company in [&stage.company, &stage.company.with_key(reader)] {
        assert_eq!(list(company).await, expected);
    }
}

async fn what_is_sent_changes_and_the_rest_stays(backend: Backend) {
    let stage = Stage::with(backend, json!({})).await;
    let desk = agent(&stage.company, "Front desk").await;
    let mut expected = list(&stage.company).await.remove(0);
    for (sent, name, active) in [
        (json!({ "active": false }), "Front desk", false),
        (json!({ "name": "Night desk" }), "Night desk", false),
        (json!({}), "Night desk", false),
        (json!({ "name": "Desk", "active": true }), "Desk", true),
    ] {
        let answer = stage.company.patch(&path_of(desk), sent).await;
        expected["name"] = json!(name);
        expected["active"] = json!(active);
        assert_eq!((answer.status, answer.json()), (200, expected.clone()));
        assert_eq!(list(&stage.company).await, [expected.clone()]);
    }
}

async fn a_new_name_shows_wherever_the_agent_does(backend: Backend) {
    let stage = Stage::full(backend).await;
    let desk = agent(&stage.company, "Front desk").await;
    choose(&stage, Some(desk)).await;
    record(&stage, desk).await;
    let before = stage.read().await;
    stage.company.patch(&path_of(desk), json!({ "name": "Night desk", "active": false })).await;
    let mut expected = before.clone();
    expected["active_chat_agent"] = json!({ "id": desk, "name": "Night desk", "active": false });
    expected["recent_activity"][0]["agent_name"] = json!("Night desk");
    assert_eq!(stage.read().await, expected, "and the contact itself was not written");
}

async fn every_bad_field_of_an_update_is_named(backend: Backend) {
    let stage = Stage::with(backend, json!({})).await;
    let desk = agent(&stage.company, "Front desk").await;
    let before = list(&stage.company).await;
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
        let answer = stage.company.patch(&path_of(desk), sent).await;
        assert_eq!(answer.bad_fields(ProblemType::InvalidFields), expected);
    }
    assert_eq!(list(&stage.company).await, before);
}

async fn what_is_not_known_is_ignored_by_name(backend: Backend) {
    let stage = Stage::with(backend, json!({})).await;
    let desk = agent(&stage.company, "Front desk").await;
    let before = list(&stage.company).await;
    let sent = json!({ "id": NEVER_WAS, "created_at": "2020-01-01T00:00:00Z" });
    let answer = stage.company.patch(&path_of(desk), sent).await;
    assert_eq!(answer.header("ignored-fields"), r#""id", "created_at""#);
    assert_eq!(list(&stage.company).await, before);
}

async fn an_agent_that_nothing_refers_to_is_deleted(backend: Backend) {
    let stage = Stage::full(backend).await;
    let [desk, night] =
        [agent(&stage.company, "Front desk").await, agent(&stage.company, "Night desk").await];
    choose(&stage, Some(desk)).await;
    record(&stage, desk).await;
    let before = stage.read().await;
    let answer = stage.company.delete(&path_of(night)).await;
    assert_eq!((answer.status, answer.body.as_str()), (204, ""));
    let left = list(&stage.company).await;
    assert_eq!((left.len(), &left[0]["id"]), (1, &json!(desk)));
    stage.company.delete(&path_of(night)).await.problem(ProblemType::AgentNotFound);
    stage.company.patch(&path_of(night), json!({ "active": true })).await.problem(ProblemType::AgentNotFound);
    let answer =
        stage.company.put(&format!("{}active-agent/", stage.path()), json!({ "agent_id": night })).await;
    assert_eq!(answer.bad_fields(ProblemType::InvalidFields), bad(&[("/agent_id", "not_found")]));
    assert_eq!(stage.read().await, before);
}

async fn a_contacts_active_agent_is_not_deleted(backend: Backend) {
    let stage = Stage::full(backend).await;
    let desk = agent(&stage.company, "Front desk").await;
    choose(&stage, Some(desk)).await;
    let before = stage.read().await;
    is_in_use(&stage.company, desk).await;
    assert_eq!(stage.read().await, before);
    choose(&stage, None).await;
    assert_eq!(stage.company.delete(&path_of(desk)).await.status, 204, "nothing refers to it any more");
}

async fn an_agent_with_threads_is_not_deleted(backend: Backend) {
    let stage = Stage::full(backend).await;
    let desk = agent(&stage.company, "Front desk").await;
    // One that the latest threads do not show.
    record(&stage, desk).await;
    let night = agent(&stage.company, "Night desk").await;
    for _ in 0..3 {
        record(&stage, night).await;
    }
    let before = stage.read().await;
    is_in_use(&stage.company, desk).await;
    assert_eq!((stage.read().await, list(&stage.company).await.len()), (before, 2));
}

async fn another_companys_agent_is_no_agent(backend: Backend) {
    let stage = Stage::full(backend).await;
    // One that nothing refers to, and one that is in use: a stranger cannot tell them apart.
    let [free, used] = [agent(&stage.company, "Front desk").await, agent(&stage.company, "Night desk").await];
    choose(&stage, Some(used)).await;
    let before = list(&stage.company).await;
    let stranger = stage.server.company().await;
    assert_eq!(list(&stranger).await, [] as [Value; 0]);
    for path in [path_of(free), path_of(used), path_of(NEVER_WAS)] {
        let answers = [stranger.patch(&path, json!({ "name": "Mine" })).await, stranger.delete(&path).await];
        for answer in answers {
            let problem = answer.problem(ProblemType::AgentNotFound);
            assert_eq!(problem.detail, "The company has no agent with this id.");
        }
    }
    assert_eq!(list(&stage.company).await, before);
}

async fn an_unreadable_id_is_a_400(backend: Backend) {
    let stage = Stage::with(backend, json!({})).await;
    for id in ["7", "no-uuid", "%FF", "%00", "null", &NEVER_WAS[1..]] {
        let path = path_of(id);
        for answer in [stage.company.patch(&path, json!({})).await, stage.company.delete(&path).await] {
            let expected = bad(&[("agent_id", "invalid_value")]);
            assert_eq!(answer.bad_fields(ProblemType::InvalidParameter), expected, "{id}");
        }
    }
}

async fn the_missing_slash_is_served_alike(backend: Backend) {
    let stage = Stage::with(backend, json!({})).await;
    let desk = agent(&stage.company, "Front desk").await;
    assert_eq!(stage.company.get("/agents").await.status, 200);
    let bare = format!("/agents/{desk}");
    assert_eq!(stage.company.patch(&bare, json!({ "active": false })).await.status, 200);
    assert_eq!(stage.company.delete(&bare).await.status, 204);
}
