//! Concurrent updates do not lose changes.

use contact_model::{Country, CustomFieldType};
use contact_store::company::UpdateCompany;
use contact_testing::{Backend, on_both_databases};
use serde_json::json;
use tokio::task::JoinSet;

use crate::fixture::{Fixture, agent, path_of};

on_both_databases!(
    concurrent_updates_of_different_keys_are_all_applied,
    concurrent_updates_of_different_custom_fields_are_all_applied,
    concurrent_changes_of_tags_are_all_applied,
    concurrent_threads_are_all_recorded,
    concurrent_creates_updates_and_country_changes_succeed,
);

async fn concurrent_updates_of_different_keys_are_all_applied(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let others = [fixture.company.server.start_another().await];
    let servers = if backend == Backend::Postgres { &others[..] } else { &[] };
    for round in 0..8 {
        let value = format!("round {round}");
        let mut requests = JoinSet::new();
        for (number, key) in ["first_name", "last_name", "email", "phone_number", "business_name", "notes"]
            .into_iter()
            .enumerate()
        {
            let company = match servers.get(number % 2) {
                Some(server) => server.seen_by(&fixture.company),
                None => fixture.company.clone(),
            };
            let (path, body) = (fixture.path(), json!({ key: value }));
            requests.spawn(async move { company.patch(&path, body).await });
        }
        let (company, path, body) = (fixture.company.clone(), fixture.path(), json!({ "tags": [value] }));
        requests.spawn(async move { company.patch(&path, body).await });
        for response in requests.join_all().await {
            assert_eq!(response.status, 200, "{response:#?}");
        }
        let contact = fixture.read().await;
        for key in ["first_name", "last_name", "email", "phone", "business_name", "notes"] {
            assert_eq!(contact[key], value, "{key}");
        }
        assert_eq!(
            (&contact["tags"], &contact["name"]),
            (&json!([value]), &json!(format!("{value} {value}")))
        );
        assert_eq!(contact["custom_fields"], json!({ "Plan": "gold" }));
    }
}

async fn concurrent_updates_of_different_custom_fields_are_all_applied(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let names: Vec<String> = (0..16).map(|n| format!("F{n}")).collect();
    for name in &names {
        fixture.define(name, CustomFieldType::Any).await;
    }
    let mut requests = JoinSet::new();
    for name in names.clone() {
        let (company, path) = (fixture.company.clone(), fixture.path());
        requests.spawn(async move { company.patch(&path, json!({ "custom_fields": { name: 1 } })).await });
    }
    assert!(requests.join_all().await.iter().all(|response| response.status == 200));
    assert_eq!(fixture.read().await["custom_fields"].as_object().unwrap().len(), names.len() + 1);
}

async fn concurrent_changes_of_tags_are_all_applied(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let others = [fixture.company.server.start_another().await];
    let servers = if backend == Backend::Postgres { &others[..] } else { &[] };
    let numbers = 0..30;
    let removed: Vec<String> = numbers.clone().map(|number| format!("old {number}")).collect();
    fixture.patch(json!({ "tags": removed })).await;
    let mut requests = JoinSet::new();
    for number in numbers.clone() {
        let company = match servers.get(number % 2) {
            Some(server) => server.seen_by(&fixture.company),
            None => fixture.company.clone(),
        };
        let path = fixture.path();
        let body = json!({ "add_tags": [format!("new {number}")], "remove_tags": [format!("old {number}")] });
        requests.spawn(async move { company.patch(&path, body).await });
    }
    assert!(requests.join_all().await.iter().all(|response| response.status == 200));
    let mut tags: Vec<String> = serde_json::from_value(fixture.read().await["tags"].take()).unwrap();
    tags.sort_unstable();
    let mut expected: Vec<String> = numbers.map(|number| format!("new {number}")).collect();
    expected.sort_unstable();
    assert_eq!(tags, expected);
}

async fn concurrent_threads_are_all_recorded(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let desk = agent(&fixture.company, "Front desk").await;
    let mut requests = JoinSet::new();
    for second in 10..40 {
        let (company, path) = (fixture.company.clone(), format!("{}threads/", fixture.path()));
        let thread = json!({
            "agent_id": desk, "type": "call", "status": "completed", "direction": "inbound",
            "created_at": format!("2026-01-01T00:00:{second}Z"),
        });
        requests.spawn(async move { company.post(&path, thread).await });
    }
    assert!(requests.join_all().await.iter().all(|response| response.status == 201));
    let contact = fixture.read().await;
    assert_eq!(contact["last_activity"], "2026-01-01T00:00:39Z");
    let threads = contact["recent_activity"].as_array().unwrap();
    let times: Vec<&str> = threads.iter().filter_map(|thread| thread["created_at"].as_str()).collect();
    assert_eq!(times, ["2026-01-01T00:00:39Z", "2026-01-01T00:00:38Z", "2026-01-01T00:00:37Z"]);
}

async fn concurrent_creates_updates_and_country_changes_succeed(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let mut contacts = vec![fixture.id];
    for _ in 0..5 {
        contacts.push(fixture.company.create(json!({})).await);
    }
    let mut requests = JoinSet::new();
    for n in 0..60 {
        let (company, path) = (fixture.company.clone(), path_of(contacts[n % contacts.len()]));
        let phone = format!("020 7946 00{:02}", n % 4);
        let email = format!("c{}@example.com", n % 5);
        requests.spawn(async move {
            let body = json!({ "phone_number": phone, "email": email, "notes": n.to_string() });
            let response = match n % 3 {
                0 => company.post("/contacts/", body).await,
                1 => company.patch(&path, body).await,
                _ => company.patch(&path, json!({ "tags": [n.to_string()] })).await,
            };
            assert!(matches!(response.status, 200 | 201), "{response:#?}");
        });
    }
    for n in 0..12 {
        let (store, id) = (fixture.company.server.store.clone(), fixture.company.id);
        let country: Country = ["GB", "US", "DE"][n % 3].parse().unwrap();
        requests.spawn(async move {
            let update = UpdateCompany { country: Some(country), ..UpdateCompany::of(id) };
            store.run(update).await.expect("the country changes");
        });
    }
    while let Some(done) = requests.join_next().await {
        done.unwrap();
    }
    // In any order, each contact is found by its key in the last country.
    let update =
        UpdateCompany { country: Some("GB".parse().unwrap()), ..UpdateCompany::of(fixture.company.id) };
    fixture.company.server.store.run(update).await.unwrap();
    for n in 0..4 {
        let [local, international] = ["020 7946 00", "+442079460"].map(|prefix| {
            if prefix.starts_with('+') { format!("{prefix}0{n:02}") } else { format!("{prefix}{n:02}") }
        });
        let one = fixture.company.post("/contacts/", json!({ "phone_number": local })).await;
        let two = fixture.company.post("/contacts/", json!({ "phone_number": international })).await;
        assert_eq!(one.header("location"), two.header("location"), "{local}");
    }
}
