//! Entity tags of contacts and conditional reads.

use std::collections::HashMap;

use contact_model::{AgentId, CustomFieldType, ProblemType};
use contact_testing::{Backend, TestCompany, TestResponse, on_both_databases};
use proptest::prelude::*;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::fixture::{Fixture, UNKNOWN_ID, agent, agent_with_contact, path_of};
use crate::operations;
use crate::properties::check_property;

on_both_databases!(
    every_response_with_one_contact_has_an_entity_tag,
    every_change_of_the_response_changes_the_entity_tag,
    unchanged_response_keeps_its_entity_tag,
    different_responses_never_have_the_same_entity_tag,
    matching_if_none_match_is_a_304,
    response_is_consistent_during_concurrent_writes,
);

const FIELDS: &str = "?include=custom_fields";

async fn tag(company: &TestCompany, path: &str) -> String {
    let response = company.get(path).await;
    assert_eq!(response.status, 200, "{response:#?}");
    let tag = response.header("etag").to_owned();
    assert!(tag.starts_with('"') && tag.ends_with('"'), "{tag} is not a strong entity tag");
    tag
}

async fn get_unless(company: &TestCompany, path: &str, tags: &[&str]) -> TestResponse {
    let request = company.request(Method::GET, path);
    let request = tags.iter().fold(request, |request, tags| request.header("If-None-Match", *tags));
    company.send(request).await
}

fn thread(agent: AgentId) -> Value {
    json!({ "agent_id": agent, "type": "call", "status": "completed", "direction": "inbound" })
}

/// Returns the ID of the custom field with this name.
async fn field(company: &TestCompany, name: &str) -> String {
    let list = company.get("/custom-fields/").await.json();
    let fields = list["results"].as_array().unwrap();
    let field = fields.iter().find(|field| field["name"] == name).expect("the field exists");
    field["id"].as_str().unwrap().to_owned()
}

async fn every_response_with_one_contact_has_an_entity_tag(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let admin = fixture.admin().await;
    let desk = agent_with_contact(&admin, "Front desk").await;
    let mut tagged = Vec::new();
    for operation in operations::all() {
        let request = operation.request(&admin, &operation.path_for(fixture.id), desk);
        let response = admin.send(request.header("Prefer", "return=representation")).await;
        let is_contact =
            serde_json::from_str::<Value>(&response.body).is_ok_and(|body| body["is_dnd"].is_boolean());
        assert_eq!(is_contact, response.optional_header("etag").is_some(), "{}: {response:#?}", operation.id);
        if is_contact {
            tagged.push(operation.id);
        }
    }
    for id in ["get_contact", "update_contact", "create_contact", "set_active_agent", "restore_contact"] {
        assert!(tagged.iter().any(|tagged| tagged == id), "{id} is not among {tagged:?}");
    }
    let one = fixture.company.create(json!({})).await;
    let other = fixture.company.create(json!({})).await;
    assert_ne!(
        tag(&admin, &path_of(one)).await,
        tag(&admin, &path_of(other)).await,
        "two contacts have the same entity tag"
    );
}

async fn every_change_of_the_response_changes_the_entity_tag(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let company = fixture.admin().await;
    let (path, plan) = (fixture.path(), field(&company, "Plan").await);
    let (desk, night) = (agent(&company, "Front desk").await, agent(&company, "Night desk").await);
    let threads = format!("{path}threads/");
    let of_agent = |agent: AgentId| format!("/agents/{agent}/");
    let field = format!("/custom-fields/{plan}/");
    let mut seen = vec![tag(&company, &format!("{path}{FIELDS}")).await];
    for (method, target, body) in [
        (Method::PATCH, path.clone(), json!({ "notes": "Called today" })),
        (Method::PATCH, path.clone(), json!({ "custom_fields": { "Plan": "silver" } })),
        (Method::POST, format!("{path}tags/"), json!({ "tags": ["newsletter"] })),
        (Method::DELETE, format!("{path}tags/newsletter/"), Value::Null),
        (Method::PUT, format!("{path}active-agent/"), json!({ "agent_id": desk })),
        (Method::PATCH, of_agent(desk), json!({ "name": "Reception" })),
        (Method::PATCH, of_agent(desk), json!({ "active": false })),
        (Method::POST, threads.clone(), thread(night)),
        (Method::PATCH, of_agent(night), json!({ "name": "Night shift" })),
        // After two renames the name is the same, but the entity tag is not.
        (Method::PATCH, of_agent(night), json!({ "name": "Night desk" })),
        (Method::POST, threads.clone(), thread(desk)),
        (Method::PATCH, of_agent(night), json!({ "name": "Night shift" })),
        (Method::PUT, format!("{path}active-agent/"), json!({ "agent_id": null })),
        (Method::PATCH, field.clone(), json!({ "name": "Tariff" })),
        (Method::PATCH, path.clone(), json!({ "custom_fields": { "Tariff": "gold" } })),
        (Method::DELETE, field, Value::Null),
        (Method::DELETE, path.clone(), Value::Null),
        (Method::POST, format!("{path}restore/"), Value::Null),
    ] {
        let request = company.request(method.clone(), &target);
        let request = if body.is_null() { request } else { request.json(&body) };
        let response = company.send(request).await;
        assert!(matches!(response.status, 200 | 201 | 204), "{response:#?}");
        if method == Method::DELETE && target == path {
            continue;
        }
        let now = tag(&company, &format!("{path}{FIELDS}")).await;
        assert!(!seen.contains(&now), "{method} {target} did not change {now}");
        seen.push(now);
    }
    for include in ["", "?include=first_name", "?include=last_name", "?include=updated_at", FIELDS] {
        let now = tag(&company, &format!("{path}{include}")).await;
        assert!(include == FIELDS || !seen.contains(&now), "{include} did not change {now}");
        seen.push(now);
    }
}

async fn unchanged_response_keeps_its_entity_tag(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let company = fixture.admin().await;
    let (path, plan) = (fixture.path(), field(&company, "Plan").await);
    let (desk, night) = (agent(&company, "Front desk").await, agent(&company, "Night desk").await);
    company.put(&format!("{path}active-agent/"), json!({ "agent_id": desk })).await;
    company.post(&format!("{path}threads/"), thread(desk)).await;
    fixture.define("Other", CustomFieldType::Any).await;
    let paths = [path.clone(), format!("{path}{FIELDS}")];
    let [plain, with_fields] = [tag(&company, &paths[0]).await, tag(&company, &paths[1]).await];

    company.patch(&path, json!({ "notes": "Called" })).await;
    company.put(&format!("{path}active-agent/"), json!({ "agent_id": desk })).await;
    company.patch(&format!("/agents/{desk}/"), json!({ "name": "Front desk", "active": true })).await;
    company.patch(&format!("/agents/{night}/"), json!({ "name": "Night shift" })).await;
    company.patch(&format!("/custom-fields/{plan}/"), json!({ "name": "Plan" })).await;
    let other = field(&company, "Other").await;
    company.patch(&format!("/custom-fields/{other}/"), json!({ "name": "Another" })).await;
    company.create(json!({ "full_name": "Jane Doe" })).await;
    assert_eq!(tag(&company, &paths[0]).await, plain);
    assert_eq!(tag(&company, &paths[1]).await, with_fields);

    company.patch(&format!("/custom-fields/{plan}/"), json!({ "name": "Tariff" })).await;
    assert_eq!(tag(&company, &paths[0]).await, plain, "custom fields are not included");
    assert_ne!(tag(&company, &paths[1]).await, with_fields);
    // Another spelling of the same `include` returns the same response.
    let [one, other] = ["first_name,updated_at", "updated_at,first_name,updated_at"];
    let [one, other] = [format!("{path}?include={one}"), format!("{path}?include={other}&pn=true")];
    assert_eq!(tag(&company, &one).await, tag(&company, &other).await);
}

/// A change of a contact or of its agents, threads and custom fields.
#[derive(Debug, Clone, Copy)]
enum Step {
    Note(u8),
    Agent(Option<usize>),
    Thread(usize),
    RenameAgent(usize, u8),
    Value(usize, u8),
    RenameField(usize, u8),
    DeleteField(usize),
    Restore,
}

async fn different_responses_never_have_the_same_entity_tag(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let company = &fixture.admin().await;
    let agents = &[agent(company, "Front desk").await, agent(company, "Night desk").await];
    let path = &fixture.path();
    let seen = &std::sync::Mutex::new(HashMap::<(String, String), String>::new());
    let small = || 0..3_u8;
    let step = prop_oneof![
        1 => small().prop_map(Step::Note),
        1 => prop::option::of(0..2_usize).prop_map(Step::Agent),
        1 => (0..2_usize).prop_map(Step::Thread),
        3 => (0..2_usize, small()).prop_map(|(agent, name)| Step::RenameAgent(agent, name)),
        3 => (0..3_usize, small()).prop_map(|(field, value)| Step::Value(field, value)),
        3 => (0..3_usize, small()).prop_map(|(field, name)| Step::RenameField(field, name)),
        2 => (0..3_usize).prop_map(Step::DeleteField),
        1 => Just(Step::Restore),
    ];
    check_property(step, |step| async move {
        let fields = company.get("/custom-fields/").await.json()["results"].clone();
        let at = |index: usize| fields.get(index).cloned().unwrap_or_default();
        let path_of_field =
            |index| format!("/custom-fields/{}/", at(index)["id"].as_str().unwrap_or(UNKNOWN_ID));
        match step {
            Step::Note(note) => company.patch(path, json!({ "notes": note.to_string() })).await,
            Step::Agent(agent) => {
                let agent = agent.map(|index| agents[index]);
                company.put(&format!("{path}active-agent/"), json!({ "agent_id": agent })).await
            }
            Step::Thread(agent) => company.post(&format!("{path}threads/"), thread(agents[agent])).await,
            Step::RenameAgent(agent, name) => {
                let body = json!({ "name": format!("Desk {name}"), "active": name == 1 });
                company.patch(&format!("/agents/{}/", agents[agent]), body).await
            }
            Step::Value(field, value) => match at(field)["name"].as_str() {
                Some(name) => company.patch(path, json!({ "custom_fields": { name: value } })).await,
                None => company.post("/custom-fields/", json!({ "name": format!("F{field}") })).await,
            },
            Step::RenameField(field, name) => {
                company.patch(&path_of_field(field), json!({ "name": format!("N{name}") })).await
            }
            Step::DeleteField(field) => company.delete(&path_of_field(field)).await,
            Step::Restore => {
                company.delete(path).await;
                company.post(&format!("{path}restore/"), json!({})).await
            }
        };
        for include in ["", FIELDS, "?include=first_name,last_name,custom_fields,updated_at"] {
            let response = company.get(&format!("{path}{include}")).await;
            let key = (include.to_owned(), response.header("etag").to_owned());
            let before = seen.lock().unwrap().entry(key).or_insert_with(|| response.body.clone()).clone();
            assert_eq!(
                before,
                response.body,
                "two responses have the same entity tag: {}",
                response.header("etag")
            );
        }
    });
}

async fn matching_if_none_match_is_a_304(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let (company, path) = (&fixture.company, fixture.path());
    let now = tag(company, &path).await;
    let (weak, list) = (format!("W/{now}"), format!("\"other\", {now}"));
    for tags in [&[now.as_str()][..], &[&weak], &[&list], &["*"], &["\"other\"", &now]] {
        let response = get_unless(company, &path, tags).await;
        assert_eq!((response.status, response.body.as_str()), (304, ""), "{tags:?}");
        assert_eq!(response.header("etag"), now);
        assert!(response.optional_header("x-request-id").is_some());
        for body_header in ["content-type", "content-length"] {
            assert_eq!(response.optional_header(body_header), None, "{response:#?}");
        }
    }
    let tag_with_fields = tag(company, &format!("{path}{FIELDS}")).await;
    // Malformed values have no effect.
    for tags in ["\"other\"", &tag_with_fields, now.trim_matches('"'), "", "*, \"other\""] {
        let response = get_unless(company, &path, &[tags]).await;
        assert_eq!((response.status, response.header("etag")), (200, now.as_str()), "{tags}");
    }
    // The response to a write contains neither agents nor threads.
    let written = fixture.patch(json!({})).await.header("etag").to_owned();
    assert_eq!(get_unless(company, &path, &[&written]).await.status, 200);

    let head = company.request(Method::HEAD, &path);
    let response = company.send(head.try_clone().unwrap()).await;
    assert_eq!((response.status, response.header("etag")), (200, now.as_str()));
    let response = company.send(head.header("If-None-Match", &now)).await;
    assert_eq!((response.status, response.header("etag")), (304, now.as_str()));

    fixture.patch(json!({ "phone_number": null })).await;
    assert_eq!(get_unless(company, &path, &[&now]).await.status, 200);
    let response = get_unless(company, &format!("{path}?pn=true"), &["*"]).await;
    response.problem(ProblemType::NoPhoneNumber);
    let unknown = path_of(UNKNOWN_ID.parse().unwrap());
    get_unless(company, &unknown, &["*"]).await.problem(ProblemType::ContactNotFound);
}

async fn response_is_consistent_during_concurrent_writes(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let desk = agent(&fixture.company, "Front desk").await;
    let mut writers = JoinSet::new();
    let (company, path) = (fixture.company.clone(), fixture.path());
    writers.spawn(async move {
        for turn in 0..60 {
            let (notes, at) = (turn.to_string(), format!("2026-01-01T00:00:{turn:02}Z"));
            company.patch(&path, json!({ "notes": notes, "custom_fields": { "Plan": notes } })).await;
            let body = json!({ "type": "call", "status": "completed", "direction": "inbound" });
            let mut body = body.as_object().cloned().unwrap();
            body.extend([("agent_id".to_owned(), json!(desk)), ("created_at".to_owned(), json!(at))]);
            company.post(&format!("{path}threads/"), Value::Object(body)).await;
        }
    });
    fixture.patch(json!({ "notes": "x", "custom_fields": { "Plan": "x" } })).await;
    let mut bodies = HashMap::new();
    while !writers.is_empty() {
        let response = fixture.company.get(&format!("{}{FIELDS}", fixture.path())).await;
        let contact = response.json();
        assert_eq!(contact["notes"], contact["custom_fields"]["Plan"], "{contact:#}");
        let latest = contact["recent_activity"].get(0).map_or(&Value::Null, |thread| &thread["created_at"]);
        assert_eq!(&contact["last_activity"], latest, "{contact:#}");
        let before =
            bodies.entry(response.header("etag").to_owned()).or_insert_with(|| response.body.clone());
        assert_eq!(*before, response.body);
        while writers.try_join_next().is_some_and(|done| done.is_ok()) {}
    }
}
